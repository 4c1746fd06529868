"""The checks that every calibration method is held to, for the tests of one's own."""

from __future__ import annotations

from runtime.calibration.conformance import CHECKS, Subject, name_of

__all__ = ["CHECKS", "Subject", "name_of"]
