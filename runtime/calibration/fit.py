"""How well weights meet facts, and what the calibration did to the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.gram import check_csr, rmatvec
from runtime.calibration.support import describe_quantiles

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Doubles = NDArray[np.float64]

TINY = 1e-8
"""A weight at most this share of the mean weight counts as lost."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Facts against estimates.

    Attributes:
        estimates: (facts,) weighted sums, in the facts' units.
        relative_errors: (facts,) (estimate - target) / scale; NaN where the scale is zero.
        count: facts with a relative error; the figures below are over these, and NaN if there are none.
        unmeasured: facts without one: a target of zero and no other scale given.
        within_1, within_5, within_10: shares of facts within 1, 5 and 10 percent.
        mean_error, median_error: of absolute relative errors.
    """

    estimates: Doubles
    relative_errors: Doubles
    count: int
    unmeasured: int
    within_1: float
    within_5: float
    within_10: float
    mean_error: float
    median_error: float


@dataclass(frozen=True)
class WeightReport:
    """Weights after against before, over records that had a positive start weight (NaN if none had).

    Attributes:
        effective_sample_size, effective_sample_size_start: Kish's, after and before.
        ratio_min, ratio_p1, ratio_p50, ratio_p99, ratio_max: quantiles of weight / start weight.
        tiny_share: share of these records whose weight fell to `TINY` of the mean weight or less.
    """

    effective_sample_size: float
    effective_sample_size_start: float
    ratio_min: float
    ratio_p1: float
    ratio_p50: float
    ratio_p99: float
    ratio_max: float
    tiny_share: float


def fit(matrix: csr_matrix, targets: Doubles, weights: Doubles, scale: Doubles | None = None) -> Fit:
    """Compare A' w, for a CSR (records, facts) and weights (records,), with targets (facts,).

    `scale` (facts,) is what misses are divided by; None means |target|, which leaves facts of target zero
    unmeasured. `problem.miss_scale` gives the scale the solver used.

    Raises:
        TypeError, ValueError: a matrix that `check_csr` refuses, or shapes that disagree.
    """
    check_csr(matrix)
    _check_lengths(matrix, targets, weights)
    estimates = rmatvec(matrix, weights)
    divisor = np.abs(targets) if scale is None else scale
    errors = np.full(len(targets), np.nan)
    np.divide(estimates - targets, divisor, out=errors, where=divisor > 0)
    return _summary(estimates, errors)


def _check_lengths(matrix: csr_matrix, targets: Doubles, weights: Doubles) -> None:
    if matrix.shape != (len(weights), len(targets)):
        raise ValueError(
            f"matrix of shape {matrix.shape}, but {len(weights)} weights and {len(targets)} targets"
        )


def _summary(estimates: Doubles, errors: Doubles) -> Fit:
    measured = np.abs(errors[~np.isnan(errors)])
    return Fit(
        estimates=estimates,
        relative_errors=errors,
        count=len(measured),
        unmeasured=len(errors) - len(measured),
        within_1=_mean(measured <= 0.01),
        within_5=_mean(measured <= 0.05),
        within_10=_mean(measured <= 0.10),
        mean_error=_mean(measured),
        median_error=describe_quantiles(measured, (0.5,))[0],
    )


def _mean(values: Doubles | NDArray[np.bool_]) -> float:
    return float(np.mean(values)) if values.size else float("nan")


def effective_sample_size(weights: Doubles) -> float:
    """Return (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling); 0 if every weight is zero."""
    largest = float(np.max(np.abs(weights), initial=0.0))
    if largest == 0:
        return 0.0
    scaled = weights / largest  # squares of tiny or huge weights would leave float64
    return float(np.sum(scaled) ** 2 / np.sum(scaled**2))


def weight_report(weights: Doubles, start: Doubles) -> WeightReport:
    """Describe how weights (records,) differ from the start weights (records,).

    Raises:
        ValueError: shapes that disagree.
    """
    if weights.shape != start.shape:
        raise ValueError(f"weights have shape {weights.shape}, start weights {start.shape}")
    moved = start > 0
    after = weights[moved]
    low, p1, p50, p99, high = describe_quantiles(after / start[moved], (0.0, 0.01, 0.5, 0.99, 1.0))
    return WeightReport(
        effective_sample_size=effective_sample_size(weights),
        effective_sample_size_start=effective_sample_size(start),
        ratio_min=low,
        ratio_p1=p1,
        ratio_p50=p50,
        ratio_p99=p99,
        ratio_max=high,
        tiny_share=_mean(after <= TINY * _mean(after)),
    )
