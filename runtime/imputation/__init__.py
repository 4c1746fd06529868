"""Imputation: fit on donors, draw for recipients; every method answers `runtime.imputation.protocol`."""

from __future__ import annotations

from runtime.imputation.protocol import Draw, Fitted, Imputer
from runtime.imputation.registry import imputer

__all__ = ["Draw", "Fitted", "Imputer", "imputer"]
