"""A sample of donors keeps the top whole and the weighted total of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.imputation.donor_sample import sample_donors
from runtime.seeds import stream

COUNT = 5000


def donors() -> tuple[
    np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]
]:
    """Return weights, some of them zero, and heavy-tailed incomes."""
    rng = np.random.default_rng(5)
    weights = rng.integers(0, 4, COUNT).astype(np.float64)
    return weights, rng.lognormal(10, 2, COUNT)


def test_the_top_is_whole_and_the_total_weight_stays() -> None:
    """Everybody at or above the weighted quantile is there, with the weight they had."""
    weights, income = donors()
    found = sample_donors(weights, 400, 0.01, income, stream(1, "a"))
    assert found.threshold is not None
    top = np.flatnonzero((income >= found.threshold) & (weights > 0))
    assert len(found.rows) == len(set(found.rows)) == 400
    assert set(top) <= set(found.rows)
    assert found.top == len(top)
    assert income[found.rows].max() == income[weights > 0].max()
    np.testing.assert_array_equal(found.weights[np.isin(found.rows, top)], weights[top])
    assert found.weights.sum() == pytest.approx(weights.sum())
    share = weights[top].sum() / weights.sum()
    assert 0.009 < share < 0.012
    assert (weights[found.rows] > 0).all()


def test_a_plain_sample_of_the_same_size_loses_the_top() -> None:
    """What `keep` is there for: with nobody kept, the greatest income is gone from most samples."""
    weights, income = donors()
    greatest = income[weights > 0].max()
    plain = [sample_donors(weights, 400, 0.0, None, stream(seed, "a")) for seed in range(20)]
    assert sum(income[found.rows].max() == greatest for found in plain) < 10
    assert {(found.top, found.threshold) for found in plain} == {(0, None)}
    assert plain[0].weights.sum() == pytest.approx(weights.sum())


def test_the_same_stream_draws_the_same_donors() -> None:
    """And another stream draws others."""
    weights, income = donors()
    first, again, other = (sample_donors(weights, 400, 0.01, income, stream(1, name)) for name in "aab")
    np.testing.assert_array_equal(first.rows, again.rows)
    assert set(first.rows) != set(other.rows)


def test_with_fewer_donors_than_records_all_are_kept_as_they_are() -> None:
    """Only donors of weight zero, whom nobody can be given, are left out."""
    weights, income = donors()
    found = sample_donors(weights, COUNT, 0.01, income, stream(1, "a"))
    np.testing.assert_array_equal(found.rows, np.flatnonzero(weights > 0))
    np.testing.assert_array_equal(found.weights, weights[weights > 0])


@pytest.mark.parametrize(
    ("records", "income", "said"),
    [
        (10, np.arange(COUNT) * 1.0, "leaves no place for the rest among 10 records"),
        (400, np.zeros(COUNT), r"\d+ of \d+ donors are at or above 0, the top to keep"),
        (400, np.full(COUNT, np.nan), "is not finite for 5000 donors"),
    ],
    ids=["too few records", "all alike", "not a number"],
)
def test_a_top_that_does_not_fit_is_refused(
    records: int, income: np.ndarray[tuple[int], np.dtype[np.float64]], said: str
) -> None:
    """Neither the top nor the rest is left out in silence."""
    with pytest.raises(ValueError, match=said):
        sample_donors(donors()[0], records, 0.01, income, stream(1, "a"))
