"""What linear methods share: the columns of a regression, and sums that do not depend on threads.

The columns are predictors and earlier targets at weighted mean 0 and variance 1, a missing value at the mean,
with an indicator for each that some donors miss (`runtime.imputation.distances`), and a constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from runtime.imputation.distances import Scale

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats, Predictors


@dataclass(frozen=True, slots=True)
class Design:
    """How rows become the columns of a regression."""

    scale: Scale

    @classmethod
    def of(cls, known: Predictors, weights: Floats) -> Design:
        """Take the scale of donors, (n, p), of positive weights (n,)."""
        return cls(Scale.of(known, weights))

    def columns(self, known: Predictors) -> Floats:
        """Return (rows, k): a constant, then what is known."""
        return np.column_stack([np.ones(len(known)), self.scale.points(known)])


def product(columns: Floats, coefficients: Floats) -> Floats:
    """Return columns times coefficients, the same bytes for any number of threads."""
    with threadpool_limits(limits=1, user_api="blas"):
        found: Floats = columns @ coefficients
    return found


def least_squares(columns: Floats, target: Floats, weights: Floats) -> Floats:
    """Return the weighted least-squares coefficients; of several that fit as well, the smallest."""
    root = np.sqrt(weights / weights.mean())
    with threadpool_limits(limits=1, user_api="blas"):
        found: Floats = np.linalg.lstsq(columns * root[:, None], target * root)[0]
    return found
