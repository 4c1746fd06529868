"""What hot decks add to the protocol: who is near, how often a donor is used, what a class is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from runtime.imputation.classes import DonorClasses
from runtime.imputation.hotdeck import HotDeck
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Draw


def points(n: int, seed: int, columns: int = 2) -> NDArray[np.float32]:
    """Return predictors of some rows."""
    return stream(seed, "test", "hotdeck").normal(size=(n, columns)).astype(np.float32)


def drawn(
    method: HotDeck,
    donors: NDArray[np.float32],
    recipients: NDArray[np.float32],
    weights: NDArray[np.float64] | None = None,
    draws: int = 1,
) -> Draw:
    """Return a draw of donors whose one target is their number."""
    numbers = np.arange(len(donors), dtype=np.float64)[:, None]
    given = np.ones(len(donors)) if weights is None else weights
    return method.fit(donors, numbers, given, stream(0, "f")).sample(recipients, stream(0, "d"), draws)


def whose(draw: Draw) -> NDArray[np.int64]:
    """Return the donors, which a hot deck always names."""
    assert draw.donors is not None
    return draw.donors


def test_a_recipient_like_a_donor_gets_that_donor() -> None:
    """With one neighbour, the nearest is the one with the same predictors."""
    donors = points(200, 1)
    assert whose(drawn(HotDeck(neighbours=1), donors, donors))[0].tolist() == list(range(200))


def test_the_nearest_are_the_nearest_on_the_standardised_scale() -> None:
    """Every draw is among the ten that a plain calculation finds."""
    donors, recipients = points(300, 1) * [1.0, 1000.0], points(50, 2) * [1.0, 1000.0]
    found = whose(drawn(HotDeck(), donors.astype(np.float32), recipients.astype(np.float32), draws=20))
    near = np.argsort(cdist(recipients / donors.std(axis=0), donors / donors.std(axis=0)), axis=1)[:, :10]
    assert all(set(found[:, row]) <= set(near[row]) for row in range(50))
    assert len(set(found[:, 0])) > 3


def test_all_who_are_as_near_as_the_last_are_drawn_from() -> None:
    """Forty donors on a circle around the recipient, two asked for: not the first two of a tree."""
    angle = np.arange(40) * np.pi / 20
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    donors = np.concatenate([circle, circle * 9]).astype(np.float32)
    found = whose(drawn(HotDeck(neighbours=2), donors, np.zeros((2000, 2), np.float32)))
    # Single precision moves some off the circle: those within rounding of the nearest remain.
    distance = np.hypot(*donors.astype(np.float64).T)
    assert set(found[0]) <= set(range(40))
    assert {int(k) for k in np.flatnonzero(distance == distance.min())} <= set(found[0].tolist())


def test_neighbours_are_drawn_in_proportion_to_weight() -> None:
    """Two donors at one place, one with three times the weight."""
    donors = np.array([[0.0], [0.0], [50.0]], dtype=np.float32)
    found = whose(
        drawn(HotDeck(neighbours=2), donors, np.zeros((4000, 1), np.float32), np.array([1.0, 3.0, 1]))
    )
    assert np.bincount(found[0], minlength=3) / 4000 == pytest.approx([0.25, 0.75, 0.0], abs=0.03)


def test_a_constrained_deck_uses_each_donor_as_often_as_his_weight_says() -> None:
    """The number below or above his share of the recipients, whoever they are."""
    weights = stream(3, "test", "weights").gamma(1.0, 1.0, size=150)
    found = whose(drawn(HotDeck(choose="constrained"), points(150, 1), points(1000, 2) + 2, weights))
    share = 1000 * weights / weights.sum()
    uses = np.bincount(found[0], minlength=150)
    assert (np.abs(uses - share) < 1).all()


def test_a_constrained_deck_is_near_the_best_there_is() -> None:
    """The greedy match costs at most a half more than the best assignment."""
    donors, recipients = points(200, 1), points(200, 2)
    draw = drawn(HotDeck(choose="constrained"), donors, recipients)
    spread = donors.std(axis=0)
    price = cdist(recipients / spread, donors / spread)
    best = price[linear_sum_assignment(price)].mean()
    assert best <= draw.notes["meanDistance"] <= 1.5 * best
    assert draw.notes["meanDistance"] == pytest.approx(price[np.arange(200), whose(draw)[0]].mean(), rel=1e-5)


def test_many_recipients_at_one_place_empty_the_donors_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a round sees but a few donors: rounds go on until everybody has one."""
    monkeypatch.setattr("runtime.imputation.matching._PAIRS", 1)
    found = whose(drawn(HotDeck(choose="constrained"), points(300, 1), np.zeros((300, 2), np.float32)))
    assert sorted(found[0].tolist()) == list(range(300))


def test_a_class_is_joined_with_those_that_differ_in_the_last_predictor() -> None:
    """Five donors of (1, 1) are enough; the one of (2, 1) is not, so that (2, 0) gives to his class too."""
    donors = np.array([[1, 1]] * 5 + [[2, 1]] + [[2, 0]] * 6, dtype=np.float32)
    recipients = np.array([[1, 1]] * 100 + [[2, 1]] * 100 + [[7, 7]] * 100, dtype=np.float32)
    draw = drawn(HotDeck(choose="random"), donors, recipients)
    found = whose(draw)[0]
    assert set(found[:100]) == set(range(5))
    assert set(found[100:200]) == set(range(5, 12))
    assert draw.notes == {"recipientsByPredictorsUsed": {"2": 100, "1": 200, "0": 0}}


def test_missing_is_a_class_of_its_own() -> None:
    """Who misses the predictor gives to who misses it."""
    donors = np.array([[np.nan]] * 6 + [[0.0]] * 6 + [[1.0]] * 6, dtype=np.float32)
    found = whose(drawn(HotDeck(choose="random"), donors, np.full((50, 1), np.nan, np.float32)))
    assert set(found[0]) == set(range(6))


def test_bands_hold_the_same_weight_each() -> None:
    """Ten bands of a heavily weighted continuous predictor, a tenth of the weight each."""
    predictors, weights = points(5000, 1, 1), stream(4, "test", "w").gamma(1.0, 1.0, size=5000)
    fitted = HotDeck(choose="random").fit(predictors, np.ones((5000, 1)), weights, stream(0, "f"))
    assert isinstance(fitted, DonorClasses)
    shares = np.bincount(fitted.codes[:, 0], weights=weights) / weights.sum()
    assert shares == pytest.approx([0.1] * 10, abs=0.002)


def test_bad_parameters_are_refused_by_name() -> None:
    """A parameter out of range names itself and its value."""
    with pytest.raises(ValueError, match="choose must be one of nearest, constrained, random, not 'best'"):
        HotDeck(choose="best")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="neighbours must be a whole number of at least 1, not 0"):
        HotDeck(neighbours=0)
    with pytest.raises(ValueError, match="bands must be a whole number of at least 2, not 1"):
        HotDeck(bands=1)
