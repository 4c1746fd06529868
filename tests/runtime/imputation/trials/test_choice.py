"""`auto` chooses by scores on donors that a candidate has not seen, and by nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from runtime.errors import NodeFailed
from runtime.imputation.trials.choice import Choice, Contest, choose
from runtime.imputation.trials.donors import Donors
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

_CART = {"kind": "cart", "leaf": 5}
_LINE = {"kind": "ols", "residuals": "normal"}
_PRDC = {"neighbours": 5, "records": 2000}


def _donors(truth: str, rows: int = 150) -> Donors:
    """Return donors whose rent is a line of age, or a step that no line follows."""
    rng = stream(2, "test", truth)
    age = rng.uniform(20, 70, rows)
    noise = rng.normal(0, 1, rows)
    rent = 10 * age + noise if truth == "line" else np.where((age > 40) & (age < 50), 900.0, 0.0) + noise
    table = pl.DataFrame({"age": age, "rent": rent})
    return Donors.of(table, ["age"], ["rent"], np.ones(rows), np.arange(rows) // 2)


def _chosen(donors: Donors, *candidates: Mapping[str, Any], metric: str = "crps", folds: int = 3) -> Choice:
    contest = Contest(candidates, metric, folds, draws=4, prdc=_PRDC)
    return choose(donors, contest, partial(stream, 7, "auto"))


def test_the_method_that_fits_the_donors_wins() -> None:
    """A line where the truth is one, a tree where it is a step; every candidate's scores are told by fold."""
    for truth, kind in (("line", "ols"), ("step", "cart")):
        choice = _chosen(_donors(truth), _CART, _LINE)
        assert choice.model["kind"] == kind
        said = choice.report["candidates"]
        assert [each["model"]["kind"] for each in said] == ["cart", "ols"]
        assert [len(each["scores"]) for each in said] == [3, 3]
        means = [np.mean(each["scores"]) for each in said]
        assert [each["mean"] for each in said] == pytest.approx(means)
        assert choice.report["chosen"] == int(np.argmin(means))
        assert choice.report["tied"] == []
        json.dumps(choice.report, allow_nan=False)


def test_the_same_stream_gives_the_same_choice() -> None:
    """Scores to the last digit; the order of candidates changes none."""
    donors = _donors("line")
    first, again, turned = (
        _chosen(donors, *order).report for order in ((_CART, _LINE), (_CART, _LINE), (_LINE, _CART))
    )
    assert first == again
    assert [each["scores"] for each in turned["candidates"]] == [
        each["scores"] for each in reversed(first["candidates"])
    ]


def test_of_equals_the_first_that_is_named_wins() -> None:
    """Two that draw the same have the same scores, and the report says so."""
    same = [{"kind": "forest", "trees": 5, "leaf": 5, "n_jobs": jobs} for jobs in (1, 2)]
    choice = _chosen(_donors("line"), *same)
    assert (choice.report["chosen"], choice.report["tied"]) == (0, [1])
    assert choice.model == same[0]


def test_more_is_better_where_the_metric_says_so() -> None:
    """Coverage of whole records: the candidate that draws noise has less of it."""
    choice = _chosen(_donors("step"), _LINE, _CART, metric="prdc")
    means = [each["mean"] for each in choice.report["candidates"]]
    assert choice.report["moreIsBetter"]
    assert choice.report["chosen"] == int(np.argmax(means))


def test_a_candidate_that_fails_is_out_and_said() -> None:
    """With the fold and the reason; the others decide."""
    wrong = {"kind": "qrf", "trees": 3, "leaf": 5, "predictors_per_split": 9}
    choice = _chosen(_donors("line"), wrong, _CART)
    assert choice.model == _CART
    failed = choice.report["candidates"][0]["failed"]
    assert failed["fold"] == 1
    assert "predictors_per_split is 9" in failed["message"]
    assert "mean" not in choice.report["candidates"][0]


def test_nothing_is_chosen_where_all_fail() -> None:
    """The reasons are in the message, each once."""
    wrong = [{"kind": "qrf", "trees": trees, "predictors_per_split": 9} for trees in (3, 4)]
    with pytest.raises(
        NodeFailed, match=r"none of `qrf`, `qrf` can be tried .* predictors_per_split is 9[^;]*$"
    ):
        _chosen(_donors("line"), *wrong)


def test_a_metric_that_is_defined_nowhere_decides_nothing() -> None:
    """Totals of zero have no relative error; no candidate is taken for want of a better."""
    donors = _donors("line")
    zero = Donors.of(
        donors.table.with_columns(rent=pl.lit(0.0)), ["age"], ["rent"], donors.weights, donors.units
    )
    with pytest.raises(NodeFailed, match="`total_errors` is defined in no fold"):
        _chosen(zero, _CART, {"kind": "forest", "trees": 3}, metric="total_errors")


def test_units_are_held_out_whole() -> None:
    """Implicates of one answer would teach the fold what it is tested on: a copy would look perfect."""
    donors = _donors("line", 60)
    table = pl.concat([donors.table, donors.table, donors.table])
    unit = np.tile(np.arange(60), 3)
    near = {"kind": "hotdeck", "choose": "nearest", "neighbours": 1}
    apart, split = (
        _chosen(Donors.of(table, ["age"], ["rent"], np.ones(180), units), near, _LINE).report["candidates"][0]
        for units in (unit, np.arange(180))
    )
    assert split["mean"] < 0.5 * apart["mean"]
    assert _chosen(Donors.of(table, ["age"], ["rent"], np.ones(180), unit), near, _LINE).report["units"] == 60


def test_weights_decide_whose_fit_counts() -> None:
    """The line holds for the old, of whom the weight says there are nearly none."""
    rng = stream(9, "test")
    age = rng.uniform(20, 70, 300)
    is_old = age > 45
    rent = np.where(is_old, 10 * age, np.where((age > 30) & (age < 35), 900.0, 0.0)) + rng.normal(0, 1, 300)
    table = pl.DataFrame({"age": age, "rent": rent})
    donors = Donors.of(table, ["age"], ["rent"], np.where(is_old, 1e4, 1.0), np.arange(300))
    young = replace(donors, weights=np.where(is_old, 1.0, 1e4))
    assert _chosen(donors, _CART, _LINE).model["kind"] == "ols"
    assert _chosen(young, _CART, _LINE).model["kind"] == "cart"


def test_what_is_done_is_told() -> None:
    """One part a candidate, and one for what comes after."""
    heard: list[tuple[int, int]] = []
    contest = Contest([_CART, _LINE], "crps", 2, 2, _PRDC)
    choose(_donors("line"), contest, partial(stream, 1), lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (2, 3)]
