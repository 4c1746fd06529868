"""What a package imports to offer an imputation method of its own: docs/imputation.md has an example."""

from __future__ import annotations

from runtime.imputation.inputs import check_donors, check_recipients
from runtime.imputation.protocol import (
    Capabilities,
    Copying,
    Draw,
    Fitted,
    Floats,
    Imputer,
    Predictors,
    Reporting,
    Rows,
)

__all__ = [
    "Capabilities",
    "Copying",
    "Draw",
    "Fitted",
    "Floats",
    "Imputer",
    "Predictors",
    "Reporting",
    "Rows",
    "check_donors",
    "check_recipients",
]
