"""What targets tell of each other: rank correlations and mutual information, drawn against true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.metrics.distributions import weighted_quantiles
from runtime.imputation.metrics.shapes import check, mean
from runtime.imputation.ranks import mid_ranks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.imputation.protocol import Floats, Rows

_DECILES = np.arange(1, 10) / 10


def rank_correlations(values: Floats, weights: Floats) -> Floats:
    """Return the (t, t) weighted Spearman matrix: the weighted Pearson correlation of weighted mid-ranks.

    A constant column, whose correlations are undefined, counts as uncorrelated with all others (0; 1 with
    itself).
    """
    ranks = np.column_stack([mid_ranks(column, weights) for column in values.T])
    centred = ranks - mean(ranks, weights)
    covariance = (centred * (weights / weights.sum())[:, None]).T @ centred
    spread = np.sqrt(np.diagonal(covariance))
    varies = np.outer(spread, spread) > 1e-18
    scale = np.where(varies, np.outer(spread, spread), 1.0)
    matrix: Floats = np.where(varies, covariance / scale, 0.0)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def rank_correlation_error(truth: Floats, imputed: Floats, weights: Floats) -> float:
    """Return the mean of |imputed - true weighted Spearman correlation| over pairs of targets and draws.

    Raises:
        ValueError: fewer than two targets.
    """
    check(truth, imputed, weights)
    if truth.shape[1] < 2:
        raise ValueError("rank correlations need at least 2 targets")
    true = rank_correlations(truth, weights)
    pairs = np.triu_indices(truth.shape[1], k=1)
    return float(np.mean([np.abs(rank_correlations(draw, weights) - true)[pairs].mean() for draw in imputed]))


def mutual_information(first: Rows, second: Rows, weights: Floats) -> float:
    """Return the mutual information of two codes in nats, sum p log(p / (p_row p_column)).

    p is the weighted share of a pair of codes: the plug-in estimate (Shannon 1948), which is biased upwards
    by about (rows - 1)(columns - 1) / 2n; where the same records are drawn and true, both have that bias.

    Args:
        first: (m,) whole numbers from 0.
        second: (m,) likewise.
        weights: (m,) not negative, with a positive sum.
    """
    shape = int(first.max()) + 1, int(second.max()) + 1
    mass = np.bincount(first * shape[1] + second, weights=weights, minlength=shape[0] * shape[1])
    joint = mass.reshape(shape) / weights.sum()
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    there = joint > 0
    return float((joint[there] * np.log(joint[there] / apart[there])).sum())


def mutual_information_error(
    truth: Floats,
    imputed: Floats,
    weights: Floats,
    known: Floats,
    categories: Mapping[int, int] | None = None,
    known_categories: Mapping[int, int] | None = None,
) -> float:
    """Return the mean of |imputed - true mutual information| in nats over pairs and draws.

    Pairs are those of two targets, and of a target and a predictor. A column is coded by what it is at most:
    missing, exactly zero, or in one of ten classes at the weighted deciles of the true values that are
    neither; drawn values are coded by the same bounds. Of a column of categories each is a class.

    Args:
        truth: (m, t).
        imputed: (draws, m, t).
        weights: (m,).
        known: (m, p) predictors; NaN is missing.
        categories: of each column of targets that holds codes of categories, from 0, how many there are.
        known_categories: the same of predictors.
    """
    check(truth, imputed, weights)
    bounds = _all_bounds(truth, weights, categories or {})
    beside = [
        _coded(column, edges)
        for column, edges in zip(known.T, _all_bounds(known, weights, known_categories or {}), strict=True)
    ]
    true = _informed(truth, bounds, beside, weights)
    errors = [np.abs(_informed(draw, bounds, beside, weights) - true) for draw in imputed]
    return float(np.mean(errors))


def _informed(values: Floats, bounds: list[Floats], beside: list[Rows], weights: Floats) -> Floats:
    codes = [_coded(column, edges) for column, edges in zip(values.T, bounds, strict=True)]
    pairs = [(one, other) for at, one in enumerate(codes) for other in [*codes[:at], *beside]]
    return np.array([mutual_information(one, other, weights) for one, other in pairs])


def _all_bounds(values: Floats, weights: Floats, categories: Mapping[int, int]) -> list[Floats]:
    return [
        np.arange(categories[at], dtype=np.float64) if at in categories else _bounds(column, weights)
        for at, column in enumerate(values.T)
    ]


def _bounds(column: Floats, weights: Floats) -> Floats:
    inside = np.isfinite(column) & (column != 0) & (weights > 0)
    if not inside.any():
        return np.empty(0)
    return np.unique(weighted_quantiles(column[inside][:, None], weights[inside], _DECILES))


def _coded(column: Floats, bounds: Floats) -> Rows:
    classes = 2 + np.searchsorted(bounds, column, side="left")
    codes: Rows = np.where(np.isnan(column), 0, np.where(column == 0, 1, classes)).astype(np.int64)
    return codes
