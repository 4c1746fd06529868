"""Scores of an imputation against a truth it never saw; all weighted.

Shapes: `truth` (m, t), `imputed` (draws, m, t) as in `Draw.values`, `weights` (m,) design weights of the
recipients. Lower is better, except where a function returns the statistics themselves. None of them pools
targets: units differ.
"""

from runtime.imputation.metrics.dependence import (
    mutual_information,
    mutual_information_error,
    rank_correlation_error,
    rank_correlations,
)
from runtime.imputation.metrics.distributions import (
    kolmogorov_smirnov,
    quantile_errors,
    wasserstein,
    weighted_quantiles,
)
from runtime.imputation.metrics.forecasts import crps, mean_absolute_deviation, pinball
from runtime.imputation.metrics.rare import RareCell, rare_cell, wilson
from runtime.imputation.metrics.records import Prdc, prdc
from runtime.imputation.metrics.spaces import Embedding, Standard, embedding, standard_space
from runtime.imputation.metrics.totals import ZeroShares, tail_shares, total_errors, zero_shares

__all__ = [
    "Embedding",
    "Prdc",
    "RareCell",
    "Standard",
    "ZeroShares",
    "crps",
    "embedding",
    "kolmogorov_smirnov",
    "mean_absolute_deviation",
    "mutual_information",
    "mutual_information_error",
    "pinball",
    "prdc",
    "quantile_errors",
    "rank_correlation_error",
    "rank_correlations",
    "rare_cell",
    "standard_space",
    "tail_shares",
    "total_errors",
    "wasserstein",
    "weighted_quantiles",
    "wilson",
    "zero_shares",
]
