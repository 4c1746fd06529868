"""What every registered imputation method keeps: shapes, seeds, weights, small inputs, refusals that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from runtime.imputation import Imputer, imputer
from runtime.imputation.registry import kinds
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable

Donors = tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]


# Small settings of every registered method; a new method without an entry fails here.
SMALL: dict[str, dict[str, int]] = {
    "forest": {"trees": 8, "n_jobs": 1},
    "qrf": {"trees": 60, "n_jobs": 1},
}


@pytest.fixture(params=kinds())
def method(request: pytest.FixtureRequest) -> Imputer:
    """Each registered method, small."""
    return imputer(request.param, **SMALL[request.param])


def donors(n: int = 300) -> Donors:
    """Donors with a missing predictor here and there, and two targets."""
    rng = stream(1, "test", "conformance")
    predictors = rng.normal(size=(n, 3)).astype(np.float32)
    targets = np.column_stack([predictors[:, 0] + rng.normal(size=n), rng.integers(0, 3, size=n)]).astype(
        np.float64
    )
    predictors[::7, 1] = np.nan
    return predictors, targets, rng.gamma(2.0, 50.0, size=n)


def test_a_draw_has_the_promised_shape(method: Imputer) -> None:
    """(draws, m, t) float64, finite, and donors either None or int64 of shape (draws, m)."""
    draw = method.fit(*donors(), stream(0, "f")).sample(donors(40)[0], stream(0, "d"), 3)
    assert draw.values.shape == (3, 40, 2)
    assert draw.values.dtype == np.float64
    assert np.isfinite(draw.values).all()
    if draw.donors is not None:
        assert draw.donors.shape == (3, 40)
        assert draw.donors.dtype == np.int64


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(method: Imputer) -> None:
    """Repeatable in fit and draw; both seeds matter."""

    def values(fit_seed: int, draw_seed: int) -> bytes:
        fitted = method.fit(*donors(), stream(fit_seed, "f"))
        return fitted.sample(donors(60)[0], stream(draw_seed, "d")).values.tobytes()

    assert values(0, 0) == values(0, 0)
    assert len({values(0, 0), values(1, 0), values(0, 1)}) == 3


def test_repeated_draws_differ(method: Imputer) -> None:
    """Draws of one call are separate draws."""
    one, two = method.fit(*donors(), stream(0, "f")).sample(donors(60)[0], stream(0, "d"), 2).values
    assert not np.array_equal(one, two)


def test_inputs_are_left_as_they_were(method: Imputer) -> None:
    """Neither fit nor sample writes to its arguments."""
    mine, pristine = donors(), donors()
    method.fit(*mine, stream(0, "f")).sample(mine[0], stream(0, "d"))
    for array, before in zip(mine, pristine, strict=True):
        np.testing.assert_array_equal(array, before)


def test_weights_move_the_draws(method: Imputer) -> None:
    """Donors at 1 weigh nine times those at 0: the imputed mean is near 0.9."""
    rng = stream(2, "test", "weights")
    predictors = rng.normal(size=(1500, 2)).astype(np.float32)
    targets = (np.arange(1500) % 2).astype(np.float64)[:, None]
    fitted = method.fit(predictors, targets, np.where(targets[:, 0] == 1, 9.0, 1.0), stream(0, "f"))
    drawn = fitted.sample(rng.normal(size=(2000, 2)).astype(np.float32), stream(0, "d")).values
    assert drawn.mean() == pytest.approx(0.9, abs=0.05)


def test_weight_zero_means_never(method: Imputer) -> None:
    """The value only zero-weight donors hold does not come up."""
    predictors, targets, weights = donors()
    targets[::3] = 1e6
    weights[::3] = 0.0
    drawn = (
        method.fit(predictors, targets, weights, stream(0, "f")).sample(predictors, stream(0, "d"), 2).values
    )
    assert drawn.max() < 1e5


def test_the_scale_of_weights_does_not_matter(method: Imputer) -> None:
    """Weights in persons or in thousands of persons (a power of two here, so exactly) draw alike."""
    predictors, targets, weights = donors()
    small = method.fit(predictors, targets, weights, stream(0, "f")).sample(predictors, stream(0, "d")).values
    large = (
        method.fit(predictors, targets, weights * 1024.0, stream(0, "f"))
        .sample(predictors, stream(0, "d"))
        .values
    )
    np.testing.assert_array_equal(small, large)


def test_one_donor_answers_for_all(method: Imputer) -> None:
    """With a single donor every recipient gets its values."""
    fitted = method.fit(
        np.zeros((1, 2), np.float32), np.array([[3.5, -1.0]]), np.array([2.0]), stream(0, "f")
    )
    drawn = fitted.sample(donors(5)[0][:, :2].copy(), stream(0, "d")).values
    np.testing.assert_array_equal(drawn, np.tile([3.5, -1.0], (1, 5, 1)))


def test_fewer_donors_than_a_leaf_wants(method: Imputer) -> None:
    """Three donors, five to a leaf: the draw is among the three."""
    targets = np.array([[1.0], [1.0], [1.0]])
    fitted = method.fit(np.arange(3, dtype=np.float32)[:, None], targets, np.ones(3), stream(0, "f"))
    assert (fitted.sample(np.zeros((4, 1), np.float32), stream(0, "d")).values == 1.0).all()


def test_constant_targets_stay_constant(method: Imputer) -> None:
    """A target without variation neither fails nor varies, beside one that varies."""
    predictors, targets, weights = donors()
    targets[:, 1] = 42.0
    drawn = method.fit(predictors, targets, weights, stream(0, "f")).sample(predictors, stream(0, "d")).values
    assert (drawn[0, :, 1] == 42.0).all()
    assert drawn[0, :, 0].std() > 0


def test_duplicate_donors_are_fine(method: Imputer) -> None:
    """Identical predictors leave nothing to split on; the draw is then unconditional."""
    targets = np.repeat([[0.0], [1.0]], 200, axis=0)
    fitted = method.fit(np.zeros((400, 2), np.float32), targets, np.ones(400), stream(0, "f"))
    drawn = fitted.sample(np.zeros((2000, 2), np.float32), stream(0, "d")).values
    assert drawn.mean() == pytest.approx(0.5, abs=0.15)


def test_no_recipients_no_values(method: Imputer) -> None:
    """An empty set of recipients is an answer, not an error."""
    draw = method.fit(*donors(), stream(0, "f")).sample(np.empty((0, 3), np.float32), stream(0, "d"), 2)
    assert draw.values.shape == (2, 0, 2)


def test_a_predictor_missing_only_among_recipients(method: Imputer) -> None:
    """A recipient may miss what no donor missed, or everything."""
    predictors, targets, weights = donors()
    fitted = method.fit(np.nan_to_num(predictors), targets, weights, stream(0, "f"))
    assert np.isfinite(fitted.sample(np.full((9, 3), np.nan, np.float32), stream(0, "d")).values).all()


def _with(change: Callable[[Donors], Donors]) -> Donors:
    return change(donors(20))


def _put(array: NDArray[np.float64], place: tuple[int, ...], value: float) -> NDArray[np.float64]:
    array = array.copy()
    array[place] = value
    return array


BAD: dict[str, tuple[Callable[[Donors], Donors], str]] = {
    "negative weight": (lambda d: (d[0], d[1], _put(d[2], (4,), -2.0)), r"weights: row 4 is -2\.0"),
    "NaN weight": (lambda d: (d[0], d[1], _put(d[2], (5,), np.nan)), "weights: row 5 is nan"),
    "infinite weight": (lambda d: (d[0], d[1], _put(d[2], (6,), np.inf)), "weights: row 6 is inf"),
    "all weights zero": (lambda d: (d[0], d[1], d[2] * 0.0), "none of the 20 donors has a positive weight"),
    "no donors": (lambda d: (d[0][:0], d[1][:0], d[2][:0]), "none of the 0 donors"),
    "missing target": (lambda d: (d[0], _put(d[1], (3, 1), np.nan), d[2]), "targets: row 3, column 1 is nan"),
    "infinite predictor": (
        lambda d: (_put(d[0].astype(np.float64), (2, 0), -np.inf).astype(np.float32), d[1], d[2]),
        "predictors: row 2, column 0 is -inf",
    ),
    "no targets": (lambda d: (d[0], d[1][:, :0], d[2]), "targets has no column"),
    "no predictors": (lambda d: (d[0][:, :0].copy(), d[1], d[2]), "predictors has no column"),
    "uneven rows": (lambda d: (d[0], d[1][:-1], d[2]), "20, 19 and 20 rows"),
    "flat targets": (lambda d: (d[0], d[1][:, 0], d[2]), "targets must have 2 dimensions"),
    "integer targets": (lambda d: (d[0], d[1].astype(np.int64), d[2]), "targets must be float64, not int64"),
    "Fortran order": (lambda d: (np.asfortranarray(d[0]), d[1], d[2]), "predictors must be C-contiguous"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_donors_are_refused_by_name(method: Imputer, case: str) -> None:
    """The message names the array, the row and the value."""
    change, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        method.fit(*_with(change), stream(0, "f"))


def test_bad_recipients_are_refused_by_name(method: Imputer) -> None:
    """Another number of columns, and no draws at all."""
    fitted = method.fit(*donors(), stream(0, "f"))
    with pytest.raises(ValueError, match="the fit saw 3 predictors, the recipients have 2"):
        fitted.sample(np.zeros((4, 2), np.float32), stream(0, "d"))
    with pytest.raises(ValueError, match="draws must be at least 1, not 0"):
        fitted.sample(np.zeros((4, 3), np.float32), stream(0, "d"), 0)


def test_an_unknown_kind_lists_the_known() -> None:
    """A misspelt kind shows what there is."""
    with pytest.raises(ValueError, match="unknown imputer kind 'forrest': choose one of forest, qrf"):
        imputer("forrest")


def test_an_unknown_parameter_is_named() -> None:
    """So does a misspelt parameter."""
    with pytest.raises(
        ValueError, match="imputer kind 'forest' has no parameter 'leafs': it takes trees, leaf"
    ):
        imputer("forest", leafs=3)
