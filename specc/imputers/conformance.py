"""The checks that every imputation method is held to, for the tests of one's own."""

from __future__ import annotations

from runtime.imputation.conformance import CHECKS, Subject, name_of

__all__ = ["CHECKS", "Subject", "name_of"]
