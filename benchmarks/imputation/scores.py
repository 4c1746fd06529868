"""The figures of merit of one outcome, over all targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation import metrics

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats

_PROBABILITIES = np.array([0.5, 0.75, 0.9, 0.95, 0.99])


@dataclass(frozen=True, slots=True)
class Scores:
    """Lower is better in all of them.

    Attributes:
        crps: (t,) weighted CRPS over the truth's weighted mean absolute deviation.
        zero_share: (t,) |imputed - true| weighted share of zeros.
        total: (t,) |imputed - true| / |true| weighted total.
        rank_correlation: mean |imputed - true| weighted Spearman correlation over pairs of targets.
        quantile: (t,) mean over five upper quantiles of |imputed - true|, over the mean absolute deviation.
    """

    crps: Floats
    zero_share: Floats
    total: Floats
    rank_correlation: float
    quantile: Floats


def score(truth: Floats, imputed: Floats, weights: Floats) -> Scores:
    """Score imputed (draws, m, t) against truth (m, t)."""
    scale = metrics.mean_absolute_deviation(truth, weights)
    quantiles = metrics.quantile_errors(truth, imputed, weights, _PROBABILITIES)
    return Scores(
        crps=metrics.crps(truth, imputed, weights) / scale,
        zero_share=np.abs(metrics.zero_shares(truth, imputed, weights).error),
        total=np.abs(metrics.total_errors(truth, imputed, weights)),
        rank_correlation=metrics.rank_correlation_error(truth, imputed, weights),
        quantile=np.abs(quantiles).mean(axis=0) / scale,
    )
