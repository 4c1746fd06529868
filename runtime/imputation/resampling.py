"""Weighted resampling of donors, for learners that know nothing of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Rows


def bootstrap_counts(weights: Floats, size: int, rng: Generator) -> Floats:
    """Return the multiplicities of a bootstrap sample: Multinomial(size, w / sum w).

    Args:
        weights: (n,) positive weights.
        size: number of donors drawn, with replacement.
        rng: source of randomness.

    Returns:
        (n,) whole numbers as float64, summing to `size`.
    """
    # Sums of exponential gaps are uniform points in ascending order (Devroye 1986, "Non-uniform random
    # variate generation", section V.3): there is nothing to sort, and the donors' borders are found in order.
    points = np.cumsum(rng.standard_exponential(size + 1))
    mass = np.cumsum(weights)
    borders = np.searchsorted(points[:-1], mass * (points[-1] / mass[-1]), side="left")
    # Rounding may put the last donor's border before the last point.
    borders[-1] = size
    counts: Floats = np.diff(borders, prepend=0).astype(np.float64)
    return counts


def systematic_rows(weights: Floats, size: int, rng: Generator) -> Rows:
    """Return a systematic sample with probability proportional to weight, repeats included.

    Donor i appears floor or ceil of size * w_i / sum(w) times, in expectation exactly that: the least noise
    a whole number of copies can have (Madow 1949, "On the theory of systematic sampling, II", Annals of
    Mathematical Statistics 20(3)). Donors are shuffled first: a sample at equal steps through a file with a
    period would see one phase of it only.

    Args:
        weights: (n,) positive weights.
        size: number of rows to return.
        rng: source of randomness.

    Returns:
        (size,) row numbers, ascending.
    """
    shuffled = rng.permutation(len(weights))
    picks = _invert(weights[shuffled], (rng.random() + np.arange(size)) / size)
    rows: Rows = np.sort(shuffled[picks])
    return rows


def _invert(weights: Floats, points: Floats) -> Rows:
    """Return the donor under each point of [0, 1) when donors tile it in proportion to weight."""
    mass = np.cumsum(weights)
    rows = np.searchsorted(mass, points * mass[-1], side="right")
    # Rounding may put a point on the upper edge of the last donor.
    donors: Rows = np.minimum(rows, len(weights) - 1).astype(np.int64)
    return donors
