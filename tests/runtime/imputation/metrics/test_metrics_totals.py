"""Shares that the top holds."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.imputation import metrics


def test_the_share_of_the_top_by_hand() -> None:
    """Amounts 60 (weight 1), 10 (2), 20 (1): a quarter of the weight holds 60 of 100, half holds 80."""
    values, weights = np.array([[60.0], [10.0], [20.0]]), np.array([1.0, 2.0, 1.0])
    found = metrics.tail_shares(values, weights, np.array([0.25, 0.5, 1.0]))
    np.testing.assert_allclose(found[:, 0], [0.6, 0.8, 1.0])


def test_a_record_on_the_edge_counts_in_part() -> None:
    """Half of the greatest record's weight holds half of what it holds."""
    values = np.array([[60.0], [20.0], [20.0]])
    assert metrics.tail_shares(values, np.ones(3), np.array([1 / 6]))[0, 0] == pytest.approx(0.3)


def test_debts_are_no_part_of_what_the_top_holds() -> None:
    """A share of a total that debts have made small would be above one."""
    values = np.array([[60.0], [40.0], [-90.0]])
    assert metrics.tail_shares(values, np.ones(3), np.array([1 / 3]))[0, 0] == pytest.approx(0.6)


def test_where_nobody_has_anything_there_is_no_share() -> None:
    """Not zero: nothing can be said."""
    assert np.isnan(metrics.tail_shares(np.zeros((2, 1)), np.ones(2), np.array([0.1])))[0, 0]
