"""Weighted resampling: each donor as often as its weight says, whatever the order of the file."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.imputation.resampling import bootstrap_counts, systematic_rows
from runtime.seeds import stream


def test_a_systematic_sample_is_within_one_copy_of_the_expectation() -> None:
    """Donor i appears floor or ceil of size * w_i / sum(w) times."""
    weights = stream(1, "test", "weights").gamma(0.5, size=200)
    counts = np.bincount(systematic_rows(weights, 500, stream(0, "s")), minlength=200)
    assert counts.sum() == 500
    assert (np.abs(counts - 500 * weights / weights.sum()) < 1).all()


def test_a_systematic_sample_survives_a_periodic_file() -> None:
    """Light and heavy donors in turn: equal steps through the file would miss all the light ones."""
    weights = np.tile([1.0, 9.0], 750)
    light = (systematic_rows(weights, 1500, stream(0, "s")) % 2 == 0).mean()
    assert light == pytest.approx(0.1, abs=0.02)


def test_bootstrap_counts_are_proportional_to_weight_on_average() -> None:
    """Over many bootstraps the mean multiplicity is size * w / sum(w)."""
    rng, weights = stream(0, "b"), np.array([1.0, 2.0, 7.0])
    counts = np.array([bootstrap_counts(weights, 10, rng) for _ in range(4000)])
    assert (counts.sum(axis=1) == 10).all()
    np.testing.assert_allclose(counts.mean(axis=0), weights, atol=0.1)
