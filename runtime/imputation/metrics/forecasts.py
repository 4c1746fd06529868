"""Scores of the draws of one record against its true value: proper, averaged over records by weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.metrics.shapes import check, mean

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats


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
    check(truth, imputed, weights)
    draws = len(imputed)
    if draws < 2:
        raise ValueError(f"the CRPS needs at least 2 draws a record, not {draws}")
    distance = np.abs(imputed - truth).mean(axis=0)
    # In order x_1 <= ... <= x_D, the sum of x_j - x_i over pairs i < j is the sum of (2k - D - 1) x_k.
    signs = 2.0 * np.arange(1, draws + 1) - draws - 1
    spread = np.tensordot(signs, np.sort(imputed, axis=0), axes=1) / (draws * (draws - 1))
    return mean(distance - spread, weights)


def pinball(truth: Floats, imputed: Floats, weights: Floats, levels: Floats) -> Floats:
    """Return (levels, t) the weighted mean quantile loss, in the units of the target.

    The loss of a quantile q at level p is p (y - q) where y is above q, else (1 - p) (q - y) (Koenker and
    Bassett 1978, "Regression quantiles", Econometrica 46(1)). The quantile is that of a record's draws: the
    least draw that a share p of them does not exceed, so that with D draws nothing finer than 1 / D is told
    apart, and levels below 1 / D are their minimum.

    Raises:
        ValueError: a level outside (0, 1), or shapes that do not match.
    """
    check(truth, imputed, weights)
    if ((levels <= 0) | (levels >= 1)).any():
        raise ValueError(f"levels must lie in (0, 1), not {levels.tolist()}")
    quantiles = np.quantile(imputed, levels, axis=0, method="inverted_cdf")
    over = truth - quantiles
    share = levels[:, None, None]
    losses = np.maximum(share * over, (share - 1) * over)
    return np.stack([mean(loss, weights) for loss in losses])


def mean_absolute_deviation(values: Floats, weights: Floats) -> Floats:
    """Return (t,) the weighted mean of |y - weighted mean|, the scale on which scores of targets average."""
    return mean(np.abs(values - mean(values, weights)), weights)
