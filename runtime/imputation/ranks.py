"""Weighted mid-ranks: the scale on which donor targets are compared, free of units and of heavy tails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats


def mid_ranks(column: Floats, weights: Floats) -> Floats:
    """Return the weighted mid-distribution function of each value: P(Y < y) + P(Y = y) / 2.

    Ties share one rank, so a spike at zero is one point (Parzen 2004, "Quantile probability and statistical
    data modeling", Statistical Science 19(4), for the mid-distribution function).

    Args:
        column: (n,) finite values.
        weights: (n,) not negative, with a positive sum.

    Returns:
        (n,) ranks in (0, 1).
    """
    levels, level_of = np.unique(column, return_inverse=True)
    mass = np.bincount(level_of, weights=weights, minlength=len(levels))
    middle = np.cumsum(mass) - mass / 2
    ranks: Floats = (middle / mass.sum())[level_of]
    return ranks


def standard_ranks(values: Floats, weights: Floats) -> Floats:
    """Return the weighted mid-ranks of each column, at weighted mean 0 and weighted variance 1.

    Standardising gives each target the same say in a multi-output split, however many zeros it holds. A
    constant column becomes zeros: it has nothing to say.

    Args:
        values: (n, t) finite values.
        weights: (n,) not negative, with a positive sum.

    Returns:
        (n, t) standardised ranks, C-contiguous.
    """
    ranks = np.column_stack([mid_ranks(column, weights) for column in values.T])
    centred = ranks - np.average(ranks, axis=0, weights=weights)
    spread = np.sqrt(np.average(centred**2, axis=0, weights=weights))
    # Below this a column differs from a constant by rounding alone (ranks lie in (0, 1)).
    varies = spread > 1e-9
    standard: Floats = np.ascontiguousarray(np.where(varies, centred, 0.0) / np.where(varies, spread, 1.0))
    return standard
