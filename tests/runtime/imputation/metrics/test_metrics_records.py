"""Precision, recall, density, coverage, and the spaces in which they are told."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from runtime.imputation import metrics
from runtime.seeds import stream


def test_records_on_a_line_by_hand() -> None:
    """Real at 0, 1, 3 with reach 1, 1, 2; fakes at 0.5 and 9, whose own reach is 8.5."""
    real, fake = np.array([[0.0], [1.0], [3.0]]), np.array([[0.5], [9.0]])
    found = metrics.prdc(real, fake, np.array([1.0, 1.0, 2.0]), np.array([3.0, 1.0]), 1)
    # 0.5 lies in the balls of 0 and 1 (distance 0.5 each), not in that of 3; 9 lies in none.
    assert found.precision == pytest.approx(0.75)
    assert found.density == pytest.approx(2 * 0.75)
    assert found.coverage == pytest.approx(0.5)
    assert found.recall == pytest.approx(1.0)


def test_equal_weights_give_the_published_definition() -> None:
    """The same four numbers from scikit-learn's neighbours, with data in which ties do not occur."""
    rng = stream(1, "test", "prdc")
    real, fake, k = rng.normal(size=(700, 3)), rng.normal(0.5, 1.0, size=(90, 3)), 5
    found = metrics.prdc(real, fake, np.ones(700), np.ones(90), k)

    def reach(side: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> object:
        return NearestNeighbors(n_neighbors=k + 1).fit(side).kneighbors(side)[0][:, k]

    distance = np.sqrt(((real[:, None] - fake[None]) ** 2).sum(axis=2))
    inside = distance < np.asarray(reach(real))[:, None]
    assert found.precision == pytest.approx(inside.any(axis=0).mean())
    assert found.coverage == pytest.approx(inside.any(axis=1).mean())
    assert found.density == pytest.approx(inside.sum(axis=0).mean() / k)
    assert found.recall == pytest.approx((distance < np.asarray(reach(fake))).any(axis=1).mean())


def test_copies_of_one_record_can_be_covered() -> None:
    """A ball of radius zero holds its own point; without its edge nothing ever could."""
    real, fake = np.zeros((7, 2)), np.zeros((6, 2))
    found = metrics.prdc(real, fake, np.ones(7), np.ones(6), 5)
    assert (found.coverage, found.precision) == (1.0, 1.0)


def test_too_few_records_are_refused() -> None:
    """The fifth neighbour of five records is nobody."""
    with pytest.raises(ValueError, match="5 fake records have no 5 neighbours each"):
        metrics.prdc(np.zeros((9, 1)), np.zeros((5, 1)), np.ones(9), np.ones(5), 5)


def test_a_standard_space_is_weighted_and_tells_missing_apart() -> None:
    """0 and 4 with weights 3 and 1: mean 1, deviation sqrt 3; a missing one is at the mean, and flagged."""
    values = np.array([[0.0], [4.0], [np.nan]])
    space = metrics.standard_space(values, np.array([3.0, 1.0, 5.0]))
    expected = [[-1 / np.sqrt(3), 0], [3 / np.sqrt(3), 0], [0, 1]]
    np.testing.assert_allclose(space.place(values), expected)


def test_a_constant_column_keeps_its_unit() -> None:
    """Nothing is divided by zero."""
    space = metrics.standard_space(np.full((4, 1), 7.0), np.ones(4))
    np.testing.assert_allclose(space.place(np.array([[7.0], [9.0]])), [[0.0], [2.0]])


def test_an_embedding_drops_what_other_columns_say_already() -> None:
    """Three columns of one order are one component, however long their tails are."""
    rng = stream(1, "test", "embedding")
    first = rng.normal(size=200)
    values = np.column_stack([first, np.exp(9 * first), first**3])
    placed = metrics.embedding(values, np.ones(200)).place(values)
    assert placed.shape == (200, 1)
    order = np.argsort(first)
    steps = np.diff(placed[order, 0])
    assert (steps > 0).all() or (steps < 0).all()


def test_an_embedding_keeps_columns_that_say_something_of_their_own() -> None:
    """Two independent columns are two components; a missing value has a place."""
    values = stream(1, "test", "embedding 2").normal(size=(200, 2))
    values[0, 1] = np.nan
    placed = metrics.embedding(values, np.ones(200)).place(values)
    assert placed.shape[1] >= 2
    assert np.isfinite(placed).all()
