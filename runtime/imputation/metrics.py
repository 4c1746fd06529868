"""Scores of an imputation against a truth it never saw; numpy only, all weighted.

Shapes: `truth` (m, t), `imputed` (draws, m, t) as in `Draw.values`, `weights` (m,) design weights of the
recipients. Lower is better, except where a function returns the statistics themselves. None of them pools
targets: units differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.ranks import mid_ranks

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats


@dataclass(frozen=True, slots=True)
class ZeroShares:
    """Weighted share of exact zeros, (t,) each; `error` is imputed minus truth."""

    truth: Floats
    imputed: Floats
    error: Floats


def crps(truth: Floats, imputed: Floats, weights: Floats) -> Floats:
    """Return the weighted mean continuous ranked probability score of each target.

    Energy form, E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, "Strictly proper scoring rules", JASA
    102(477), eq. 21), with the mean over *pairs of different* draws in the second term, which makes the
    score unbiased for any number of draws ("fair": Ferro 2014, Quarterly Journal of the RMS 140(683)); it
    may be negative for one record.

    Returns:
        (t,) in the units of the target.

    Raises:
        ValueError: fewer than two draws, or shapes that do not match.
    """
    _check(truth, imputed, weights)
    draws = len(imputed)
    if draws < 2:
        raise ValueError(f"the CRPS needs at least 2 draws a record, not {draws}")
    distance = np.abs(imputed - truth).mean(axis=0)
    # In order x_1 <= ... <= x_D, the sum of x_j - x_i over pairs i < j is the sum of (2k - D - 1) x_k.
    signs = 2.0 * np.arange(1, draws + 1) - draws - 1
    spread = np.tensordot(signs, np.sort(imputed, axis=0), axes=1) / (draws * (draws - 1))
    return _mean(distance - spread, weights)


def mean_absolute_deviation(values: Floats, weights: Floats) -> Floats:
    """Return (t,) the weighted mean of |y - weighted mean|: the scale on which CRPS averages over targets."""
    return _mean(np.abs(values - _mean(values, weights)), weights)


def zero_shares(truth: Floats, imputed: Floats, weights: Floats) -> ZeroShares:
    """Return the weighted shares of exact zeros, sum w [y = 0] / sum w; the imputed, averaged over draws."""
    _check(truth, imputed, weights)
    true = _mean((truth == 0).astype(np.float64), weights)
    drawn = _mean((imputed == 0).mean(axis=0), weights)
    return ZeroShares(true, drawn, drawn - true)


def total_errors(truth: Floats, imputed: Floats, weights: Floats) -> Floats:
    """Return (t,) (imputed total - true total) / |true total|, totals being sum w y, averaged over draws.

    Raises:
        ValueError: a target whose true total is zero has no relative error; the message names the column.
    """
    _check(truth, imputed, weights)
    true = weights @ truth
    if (true == 0).any():
        raise ValueError(f"truth: the weighted total of column {int(np.argmax(true == 0))} is zero")
    error: Floats = (weights @ imputed.mean(axis=0) - true) / np.abs(true)
    return error


def rank_correlations(values: Floats, weights: Floats) -> Floats:
    """Return the (t, t) weighted Spearman matrix: the weighted Pearson correlation of weighted mid-ranks.

    A constant column, whose correlations are undefined, counts as uncorrelated with all others (0; 1 with
    itself).
    """
    ranks = np.column_stack([mid_ranks(column, weights) for column in values.T])
    centred = ranks - _mean(ranks, weights)
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
    _check(truth, imputed, weights)
    if truth.shape[1] < 2:
        raise ValueError("rank correlations need at least 2 targets")
    true = rank_correlations(truth, weights)
    pairs = np.triu_indices(truth.shape[1], k=1)
    return float(np.mean([np.abs(rank_correlations(draw, weights) - true)[pairs].mean() for draw in imputed]))


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
    _check(truth, imputed, weights)
    if ((probabilities < 0) | (probabilities > 1)).any():
        raise ValueError(f"probabilities must lie in [0, 1], not {probabilities.tolist()}")
    drawn = np.mean([weighted_quantiles(draw, weights, probabilities) for draw in imputed], axis=0)
    error: Floats = drawn - weighted_quantiles(truth, weights, probabilities)
    return error


def _quantiles(column: Floats, weights: Floats, probabilities: Floats) -> Floats:
    order = np.argsort(column, kind="stable")
    reached = np.cumsum(weights[order])
    slot = np.searchsorted(reached, probabilities * reached[-1], side="left")
    found: Floats = column[order[np.minimum(slot, len(column) - 1)]]
    return found


def _mean(values: Floats, weights: Floats) -> Floats:
    mean: Floats = np.average(values, axis=0, weights=weights)
    return mean


def _check(truth: Floats, imputed: Floats, weights: Floats) -> None:
    if truth.ndim != 2 or imputed.ndim != 3 or imputed.shape[1:] != truth.shape or len(weights) != len(truth):
        raise ValueError(
            f"expected truth (m, t), imputed (draws, m, t) and weights (m,), "
            f"not {truth.shape}, {imputed.shape} and {weights.shape}",
        )
