"""Distances of distributions: by hand, and as scipy computes them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, wasserstein_distance

from runtime.imputation import metrics
from runtime.seeds import stream


def test_the_area_between_distribution_functions_by_hand() -> None:
    """Truth 0 (weight 3) and 8 (weight 1), drawn 4 and 8: three quarters of the weight move by 4."""
    truth, weights = np.array([[0.0], [8.0]]), np.array([3.0, 1.0])
    drawn = np.array([[[4.0], [8.0]], [[0.0], [8.0]]])
    np.testing.assert_allclose(metrics.wasserstein(truth, drawn, weights), [(3.0 + 0.0) / 2])


def test_every_target_has_its_own_distance_in_its_own_unit() -> None:
    """Columns are not mixed, and weights count."""
    rng = stream(1, "test", "wasserstein")
    truth, drawn, weights = rng.normal(size=(30, 2)), rng.normal(size=(1, 30, 2)), rng.uniform(0, 3, 30)
    truth[:, 1] *= 1000
    expected = [wasserstein_distance(truth[:, c], drawn[0, :, c], weights, weights) for c in (0, 1)]
    np.testing.assert_allclose(metrics.wasserstein(truth, drawn, weights), expected)


def test_the_largest_gap_by_hand() -> None:
    """Truth 0, 1; drawn 1, 2 with weights 3 and 1: below 1 the functions differ by three quarters."""
    found = metrics.kolmogorov_smirnov(
        np.array([[0.0], [1.0]]), np.array([[[1.0], [2.0]]]), np.array([3.0, 1.0])
    )
    np.testing.assert_allclose(found, [0.75])


def test_the_largest_gap_is_that_of_scipy_where_all_weigh_the_same() -> None:
    """Ties included, as whole numbers have them."""
    rng = stream(1, "test", "ks")
    truth, drawn = rng.integers(0, 9, (50, 1)).astype(float), rng.integers(2, 12, (1, 50, 1)).astype(float)
    expected = ks_2samp(truth[:, 0], drawn[0, :, 0]).statistic
    assert metrics.kolmogorov_smirnov(truth, drawn, np.full(50, 2.0))[0] == pytest.approx(expected)


def test_equal_distributions_have_no_gap_whoever_holds_the_values() -> None:
    """The gap is one of distributions, not of records."""
    truth = np.array([[1.0], [2.0], [3.0]])
    assert metrics.kolmogorov_smirnov(truth, truth[::-1][None], np.ones(3))[0] == pytest.approx(0)
