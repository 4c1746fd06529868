"""What is held out teaches nothing, is drawn by its weight and its class, and the same twice."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pytest

from runtime.errors import NodeFailed
from runtime.imputation.encoding import NotEncodable
from runtime.imputation.trials.donors import Donors
from runtime.imputation.trials.held_out import Trial, hold_out
from runtime.seeds import stream

_FOREST = {"kind": "forest", "trees": 10, "leaf": 2}


def _donors(rows: int = 60, targets: pl.DataFrame | None = None) -> Donors:
    rng = stream(3, "test", "donors")
    age = pl.Series("age", rng.integers(20, 70, rows).astype(float))
    # Each donor has values of its own, so that a copy says whose it is.
    own = pl.DataFrame({"rent": np.arange(rows, dtype=float), "wealth": np.arange(rows) + 1000.0})
    given = own if targets is None else targets
    table = given.with_columns(age)
    return Donors.of(table, ["age"], given.columns, np.ones(rows), np.arange(rows) // 2)


def _trial(**changes: Any) -> Trial:  # noqa: ANN401 - any attribute of a trial
    blocks = [{"predictors": ["age"], "targets": ["rent", "wealth"]}]
    random = partial(stream, changes.pop("seed", 1), "bakeoff.x")
    plain = Trial(_FOREST, blocks, folds=3, fold=0, draws=4, random=random)
    return replace(plain, **changes)


def test_nobody_who_is_held_out_gives() -> None:
    """Every copied value is that of a donor of another fold, and of another unit."""
    donors = _donors()
    held = hold_out(donors, _trial())
    assert held.drawn.shape == (4, 20, 2)
    assert not set(held.drawn[:, :, 0].ravel()) & set(held.rows.astype(float))
    assert not set(donors.units[held.taught]) & set(donors.units[held.rows])


def test_folds_hold_out_everybody_once() -> None:
    """Over all folds of a seed."""
    held = [hold_out(_donors(), _trial(fold=fold)).rows for fold in range(3)]
    assert sorted(np.concatenate(held)) == list(range(60))


def test_the_same_cell_gives_the_same_bytes_and_another_seed_others() -> None:
    """Nothing is drawn from a generator without a name."""
    first, again, other = (hold_out(_donors(), _trial(seed=seed)).drawn for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_all_methods_see_the_same_folds() -> None:
    """A comparison of methods on different records would compare records."""
    forest, chained = (
        hold_out(_donors(), _trial(model=model)).rows
        for model in (_FOREST, {"kind": "qrf", "trees": 3, "leaf": 2})
    )
    assert (forest == chained).all()


def test_donors_of_weight_zero_neither_give_nor_are_scored() -> None:
    """Whatever side of a fold they are on."""
    donors = _donors()
    weights = np.where(np.arange(60) % 3 == 0, 0.0, 1.0)
    held = hold_out(replace(donors, weights=weights), _trial())
    assert (weights[held.rows] > 0).all()
    assert (weights[held.drawn[:, :, 0].astype(int)] > 0).all()


def test_heavy_donors_give_more_often() -> None:
    """Weights are used in the fit: a donor of a thousand times the weight gives nearly always."""
    donors = _donors()
    held = hold_out(donors, _trial())
    heavy = np.ones(60)
    heavy[held.taught[:3]] = 10_000
    drawn = hold_out(replace(donors, weights=heavy), _trial()).drawn[:, :, 0]
    assert np.isin(drawn, held.taught[:3]).mean() > 0.5


def test_a_recipient_gets_of_its_own_class_only() -> None:
    """As in the step that draws."""
    classes = np.where(np.arange(60) % 4 < 2, "a", "b")
    donors = replace(_donors(), classes=classes)
    held = hold_out(donors, _trial())
    given = classes[held.drawn[:, :, 0].astype(int)]
    assert (given == classes[held.rows][None]).all()


def test_a_class_that_nobody_gives_to_is_a_failure() -> None:
    """Named, with what to do."""
    held = hold_out(_donors(), _trial())
    classes = np.where(np.isin(np.arange(60), held.rows), "lonely", "other")
    with pytest.raises(NodeFailed, match="nobody gives to the class lonely"):
        hold_out(replace(_donors(), classes=classes), _trial())


def test_a_later_block_is_conditioned_on_what_was_drawn_before_it() -> None:
    """Wealth is told by rent alone: drawn wealth follows drawn rent, draw by draw, and not the true one."""
    donors = _donors(400)
    blocks = [
        {"predictors": ["age"], "targets": ["rent"]},
        {"predictors": ["rent"], "targets": ["wealth"]},
    ]
    held = hold_out(donors, _trial(blocks=blocks, draws=3, model={**_FOREST, "trees": 40}))
    rent, wealth = held.drawn[:, :, 0], held.drawn[:, :, 1] - 1000
    assert np.abs(wealth - rent).mean() < 10
    assert np.abs(wealth - donors.targets[held.rows, 0]).mean() > 50


def test_a_donor_sample_is_taken_of_those_who_teach() -> None:
    """As many records as the imputation asks for, the top among them, and its weight kept."""
    donors = replace(_donors(), top=np.arange(60, dtype=float))
    sample = {"records": 20, "top": {"share": 0.05, "by": "wealth"}, "stream": "s"}
    held = hold_out(donors, _trial(sample=sample))
    assert len(held.taught) == 20
    assert held.taught_weights.sum() == pytest.approx(40)
    whole = hold_out(donors, _trial())
    assert max(whole.taught) in held.taught


def test_values_fit_their_type() -> None:
    """A whole number stays one, a flag is 0 or 1."""
    targets = pl.DataFrame({"rent": np.arange(60), "wealth": np.arange(60) % 2 == 1})
    held = hold_out(_donors(targets=targets), _trial(model={"kind": "qrf", "trees": 5, "leaf": 5}))
    assert (held.drawn[:, :, 0] == np.rint(held.drawn[:, :, 0])).all()
    assert set(np.unique(held.drawn[:, :, 1])) <= {0.0, 1.0}


def test_text_is_drawn_by_its_code_and_told_to_later_blocks() -> None:
    """Tenure is drawn, and rent given tenure as drawn: an owner pays none, draw by draw."""
    tenure = pl.Series("tenure", ["owns", "rents", "lodges"] * 40)
    targets = pl.DataFrame({"tenure": tenure, "rent": [0.0, 500.0, 200.0] * 40})
    donors = _donors(120, targets)
    assert donors.categories == {"tenure": ("lodges", "owns", "rents")}
    blocks = [
        {"predictors": ["age"], "targets": ["tenure"]},
        {"predictors": ["tenure"], "targets": ["rent"]},
    ]
    for kind in ("forest", "hotdeck"):
        model = {"kind": kind} if kind == "hotdeck" else _FOREST
        drawn = hold_out(donors, _trial(blocks=blocks, model=model)).drawn
        assert set(np.unique(drawn[:, :, 0])) == {0.0, 1.0, 2.0}
        assert (drawn[:, :, 1] == np.array([200.0, 0.0, 500.0])[drawn[:, :, 0].astype(int)]).all()


def test_a_method_of_numbers_refuses_text() -> None:
    """Least squares would draw between two categories."""
    donors = _donors(60, pl.DataFrame({"rent": ["a", "b"] * 30, "wealth": np.arange(60.0)}))
    with pytest.raises(NotEncodable, match="`rent` is text"):
        hold_out(donors, _trial(model={"kind": "ols"}))


def test_a_category_of_one_fold_is_no_stranger() -> None:
    """A predictor that takes a value in a single record: the record is drawn for like any other."""
    region = ["north", "south"] * 29 + ["north", "island"]
    table = pl.DataFrame({"region": region, "rent": np.arange(60.0)})
    donors = Donors.of(table, ["region"], ["rent"], np.ones(60), np.arange(60))
    blocks = [{"predictors": ["region"], "targets": ["rent"]}]
    for kind in ("forest", "ols", "hotdeck"):
        drawn = [
            hold_out(donors, _trial(model={"kind": kind}, blocks=blocks, fold=fold)).drawn
            for fold in range(3)
        ]
        assert all(np.isfinite(each).all() for each in drawn)
