"""Rare cells: ratios of shares with their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from runtime.imputation import metrics


def test_a_ratio_is_one_of_weighted_shares_over_all_draws() -> None:
    """A quarter of the weight is truly in the cell; drawn are a quarter and then three quarters."""
    truth, weights = np.array([True, False]), np.array([1.0, 3.0])
    found = metrics.rare_cell(truth, np.array([[True, False], [False, True]]), weights)
    assert (found.true_records, found.true_share, found.drawn_share) == (1, 0.25, 0.5)
    assert found.ratio == pytest.approx(2.0)


def test_the_interval_is_wilsons_of_the_drawn_share() -> None:
    """Equal weights: as many trials as records, whatever the number of draws."""
    truth, drawn = np.arange(50) < 10, np.arange(50) < 4
    found = metrics.rare_cell(truth, np.stack([drawn, drawn, drawn]), np.full(50, 2.0))
    expected = binomtest(4, 50).proportion_ci(method="wilson")
    assert found.low == pytest.approx(expected.low / 0.2)
    assert found.high == pytest.approx(expected.high / 0.2)


def test_unequal_weights_widen_the_interval() -> None:
    """Nine records that weigh next to nothing tell next to nothing."""
    even = metrics.wilson(0.5, 10.0)
    weights = np.array([100.0, *np.ones(9)])
    truth = np.arange(10) == 0
    found = metrics.rare_cell(truth, truth[None], weights)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > even[1] - even[0]


def test_a_cell_that_was_lost_has_an_interval_from_zero() -> None:
    """A ratio of zero is not certain either."""
    found = metrics.rare_cell(np.arange(100) < 2, np.zeros((3, 100), dtype=bool), np.ones(100))
    assert (found.ratio, found.low) == (0.0, 0.0)
    assert found.high is not None
    assert found.high > 1


def test_a_cell_that_nobody_is_in_has_no_ratio() -> None:
    """And is told apart from one that was lost."""
    found = metrics.rare_cell(np.zeros(3, dtype=bool), np.ones((1, 3), dtype=bool), np.ones(3))
    assert (found.ratio, found.drawn_share) == (None, 1.0)
