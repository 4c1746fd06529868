"""One target's drawn distribution against its true one: quantiles and distances, all weighted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.metrics.shapes import check

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats


def weighted_quantiles(values: Floats, weights: Floats, probabilities: Floats) -> Floats:
    """Return the (probabilities, t) weighted quantiles.

    A quantile is the least y whose weighted share of values at or below it reaches the probability.

    The inverse of the weighted distribution function (definition 1 of Hyndman and Fan 1996, The American
    Statistician 50(4), with weights), so a quantile is always an observed value.
    """
    return np.column_stack([_quantiles(column, weights, probabilities) for column in values.T])


def quantile_errors(truth: Floats, imputed: Floats, weights: Floats, probabilities: Floats) -> Floats:
    """Return (probabilities, t) imputed minus true weighted quantiles (target's units), averaged over draws.

    Raises:
        ValueError: a probability outside [0, 1].
    """
    check(truth, imputed, weights)
    if ((probabilities < 0) | (probabilities > 1)).any():
        raise ValueError(f"probabilities must lie in [0, 1], not {probabilities.tolist()}")
    drawn = np.mean([weighted_quantiles(draw, weights, probabilities) for draw in imputed], axis=0)
    error: Floats = drawn - weighted_quantiles(truth, weights, probabilities)
    return error


def wasserstein(truth: Floats, imputed: Floats, weights: Floats) -> Floats:
    """Return (t,) the Wasserstein distance of order 1, in the units of the target, averaged over draws.

    The area between the two weighted distribution functions, integral |F - G| (Vallender 1974, Theory of
    Probability and Its Applications 18(4)), as scipy computes it.
    """
    check(truth, imputed, weights)
    # Imported when asked for: it takes as long as a small fit.
    from scipy.stats import wasserstein_distance  # noqa: PLC0415

    found = [
        [
            wasserstein_distance(true, drawn, weights, weights)
            for true, drawn in zip(truth.T, draw.T, strict=True)
        ]
        for draw in imputed
    ]
    distances: Floats = np.mean(np.array(found, dtype=np.float64), axis=0)
    return distances


def kolmogorov_smirnov(truth: Floats, imputed: Floats, weights: Floats) -> Floats:
    """Return (t,) sup |F - G| of the weighted distribution functions, in [0, 1], averaged over draws.

    The two-sample statistic (Smirnov 1948, Annals of Mathematical Statistics 19(2)) with weighted functions;
    no probability is attached to it: records are weighted, and the two samples share their predictors.
    """
    check(truth, imputed, weights)
    found = [
        [_largest_gap(true, drawn, weights) for true, drawn in zip(truth.T, draw.T, strict=True)]
        for draw in imputed
    ]
    distances: Floats = np.mean(np.array(found, dtype=np.float64), axis=0)
    return distances


def _largest_gap(true: Floats, drawn: Floats, weights: Floats) -> float:
    points, place = np.unique(np.concatenate([true, drawn]), return_inverse=True)
    mass = np.bincount(place, weights=np.concatenate([weights, -weights]), minlength=len(points))
    return float(np.abs(np.cumsum(mass)).max() / weights.sum())


def _quantiles(column: Floats, weights: Floats, probabilities: Floats) -> Floats:
    order = np.argsort(column, kind="stable")
    reached = np.cumsum(weights[order])
    slot = np.searchsorted(reached, probabilities * reached[-1], side="left")
    found: Floats = column[order[np.minimum(slot, len(column) - 1)]]
    return found
