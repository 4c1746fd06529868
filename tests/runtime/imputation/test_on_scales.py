"""Scales change what a method sees, not what is drawn: values of donors stay theirs, others are undone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.imputation import imputer
from runtime.imputation.conformance import CHECKS, Subject, name_of
from runtime.imputation.encoding import NotEncodable, PredictorCodes
from runtime.imputation.ols import LeastSquares
from runtime.imputation.on_scales import OnScales, on_scales
from runtime.imputation.protocol import Capabilities
from runtime.imputation.rare import rare_categories, with_rare
from runtime.imputation.scales import scale_of
from runtime.imputation.trials.choice import Contest, choose
from runtime.imputation.trials.donors import Donors
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.imputation.protocol import Draw, Floats, Imputer, Predictors

AMOUNTS = st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 2)), min_size=2, max_size=40)


def scaled(kind: str, scale: str, targets: tuple[str, ...] = (), **parameters: object) -> Imputer:
    """Return a method with a predictor and a target on a scale, and zeros of the predictor told apart."""
    model = imputer(kind, targets=targets, **parameters)
    return OnScales(model=model, predictors={0: ("x", scale)}, targets={0: ("t", scale)}, apart=(0,))


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
@pytest.mark.parametrize(
    "make",
    [
        partial(scaled, "ols", "asinh"),
        partial(scaled, "hotdeck", "quantile", n_jobs=1),
    ],
    ids=["lines", "distances"],
)
def test_methods_on_scales_conform(make: Callable[..., Imputer], check: Callable[[Subject], None]) -> None:
    """What the check says of a method it says of one that is told columns on another scale."""
    check(Subject(make))


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.sampled_from(["asinh", "rank", "quantile"]))
def test_scales_increase_and_are_undone(amounts: list[float], kind: str) -> None:
    """In the order of the values, and back to rounding; a missing value stays missing."""
    column = np.array(amounts)
    scale = scale_of(kind, "x", column, np.arange(1.0, len(column) + 1))
    seen = scale.there(column)
    order = np.argsort(column, kind="stable")
    assert (np.diff(seen[order]) >= 0).all()
    size = np.abs(column).max(initial=1.0)
    np.testing.assert_allclose(scale.back(seen), column, rtol=1e-9, atol=1e-9 * size)
    assert np.isnan(scale.there(np.array([np.nan]))).all()


def test_ranks_are_weighted_and_end_with_the_donors() -> None:
    """Mid-ranks of weights 1, 1, 2; who is beyond all donors is told as the last of them."""
    column, weights = np.array([10.0, 20.0, 30.0, np.nan, 99.0]), np.array([1.0, 1.0, 2.0, 5.0, 0.0])
    scale = scale_of("rank", "x", column, weights)
    ranks = scale.there(np.array([10.0, 20, 30, 25, -5, 1e9]))
    np.testing.assert_allclose(ranks, [1 / 8, 3 / 8, 3 / 4, 9 / 16, 1 / 8, 3 / 4])
    np.testing.assert_allclose(scale.back(np.array([0.0, 1.0])), [10.0, 30.0])


def donors(n: int = 400) -> tuple[Predictors, Floats, Floats]:
    """Return donors whose target is log-linear in a predictor that is zero for a third of them."""
    rng = stream(1, "test", "scales")
    income = np.where(rng.random(n) < 1 / 3, 0.0, rng.lognormal(10, 1.5, n))
    wealth = np.round(np.where(income > 0, income, np.exp(8)) * np.exp(rng.normal(0, 0.3, n)), 2)
    return income[:, None].astype(np.float32), wealth[:, None], rng.gamma(2.0, 50.0, n)


def drawn(model: Imputer, recipients: Predictors | None = None) -> Draw:
    """Fit to donors and draw for them."""
    predictors, targets, weights = donors()
    fitted = model.fit(predictors, targets, weights, stream(0, "f"))
    return fitted.sample(predictors if recipients is None else recipients, stream(0, "d"))


@pytest.mark.parametrize(
    ("kind", "scale"), [("hotdeck", "asinh"), ("qrf", "quantile"), ("regime_aware", "asinh")]
)
def test_values_of_donors_stay_theirs_to_the_bit(kind: str, scale: str) -> None:
    """Copied, or drawn one by one: no inverse comes near them."""
    small = {"n_jobs": 1} if kind == "hotdeck" else {"n_jobs": 1, "trees": 10}
    model = OnScales(
        model=imputer(kind, targets=("wealth",), **small), predictors={0: ("income", "asinh")},
        targets={0: ("wealth", scale)},
    )  # fmt: skip
    draw, targets = drawn(model), donors()[1]
    assert set(draw.values.ravel()) <= set(targets.ravel())
    if draw.donors is not None:
        np.testing.assert_array_equal(draw.values, targets[draw.donors])


def test_a_line_on_logarithms_draws_no_negative_amount_and_finds_the_relation() -> None:
    """Zeros apart: they lie on no line with the others."""
    plain = LeastSquares()
    model = OnScales(
        model=plain, predictors={0: ("income", "log")}, targets={0: ("wealth", "log")}, apart=(0,)
    )
    predictors, targets, _ = donors()
    logged, raw = drawn(model).values[0, :, 0], drawn(plain).values[0, :, 0]
    assert logged.min() > 0
    assert raw.min() < 0
    has = predictors[:, 0] > 0
    known = np.log(predictors[has, 0])
    true, kept = (np.corrcoef(np.log(wealth[has]), known)[0, 1] for wealth in (targets[:, 0], logged))
    assert kept == pytest.approx(true, abs=0.02)
    assert np.median(logged[~has]) == pytest.approx(np.exp(8), rel=0.15)


def test_what_has_no_logarithm_is_refused_by_name() -> None:
    """Of a donor and of a recipient."""
    model = OnScales(model=LeastSquares(), predictors={0: ("income", "log")})
    with pytest.raises(NotEncodable, match=r"`income` is 0 in row \d+ \(\d+ such values\), which has no"):
        drawn(model)
    apart = OnScales(model=LeastSquares(), predictors={0: ("income", "log")}, apart=(0,))
    with pytest.raises(NotEncodable, match="`income` is -2 in row 1 "):
        drawn(apart, np.array([[1.0], [-2.0]], np.float32))


def test_columns_are_found_beside_text() -> None:
    """Text takes a column for each category where a method sees indicators."""
    table = pl.DataFrame({"a": [1.0, 2.0], "tenure": ["own", "rent"], "b": [0.0, 1.0]})
    for how, place in (("indicators", 3), ("codes", 2)):
        able = Capabilities(order="joint", values="copied", categories=how)  # type: ignore[arg-type]
        codes = PredictorCodes.of(table, ["a", "tenure", "b"], able)
        assert codes.places == {"a": 0, "b": place}
        parameters = {"targets": ["t"], "transform": {"b": "asinh", "t": "log"}, "zeros_apart": ["b"]}
        model = on_scales(LeastSquares(), parameters, codes.places)
        assert isinstance(model, OnScales)
        assert (model.predictors, model.apart) == ({place: ("b", "asinh")}, (place,))
        assert model.targets == {0: ("t", "log")}
    plain = LeastSquares()
    assert on_scales(plain, {"targets": ["t"]}, {}) is plain


def test_methods_are_tried_on_the_scales_that_the_block_says() -> None:
    """A line on logarithms predicts held-out donors better, and is chosen for it."""
    income, wealth, weights = donors()
    table = pl.DataFrame({"income": income[:, 0], "wealth": wealth[:, 0]})
    giving = Donors.of(table, ["income"], ["wealth"], weights, np.arange(len(weights)))
    lines: dict[str, object] = {"kind": "ols", "residuals": "empirical"}
    said = {"transform": {"income": "log", "wealth": "log"}, "zeros_apart": ["income"]}
    prdc = {"neighbours": 5, "most_records": 100}
    scores = []
    for prepared in ({}, said):
        contest = Contest([lines], "crps", 2, 3, prdc, prepared)
        scores.append(choose(giving, contest, partial(stream, 0)).report["candidates"][0]["mean"])
    assert scores[1] < 0.8 * scores[0]


def test_what_a_method_does_not_see_is_left_as_it_is() -> None:
    """Trees are told predictors, and copies targets, as they are: not one byte of theirs changes."""
    block = {"targets": ["t"], "transform": {"x": "log", "t": "rank"}, "zeros_apart": ["x"]}
    forest = imputer("forest")
    assert on_scales(forest, block, {"x": 0}) is forest
    chained = on_scales(imputer("qrf", targets=("t",)), block, {"x": 0})
    assert isinstance(chained, OnScales)
    assert (chained.predictors, chained.apart, chained.targets) == ({}, (), {0: ("t", "rank")})


def test_rare_categories_become_one_on_both_sides() -> None:
    """So does one that no donor has; a missing one stays missing, and what was put together is counted."""
    giving = pl.DataFrame({"job": ["a", "a", "b", None, "c", "c"]})
    kept = rare_categories(giving, {"job": {"fewer_than": 2, "into": "other"}})
    table, lost = with_rare(giving, kept)
    assert table["job"].to_list() == ["a", "a", "other", None, "c", "c"]
    assert lost == {"job": {"b": 1}}
    table, lost = with_rare(pl.DataFrame({"job": ["z", "other", "c", None]}), kept)
    assert table["job"].to_list() == ["other", "other", "c", None]
    assert lost == {"job": {"z": 1}}
    with pytest.raises(NotEncodable, match="every category of `job` has fewer than 9 donors"):
        rare_categories(giving, {"job": {"fewer_than": 9, "into": "other"}})
