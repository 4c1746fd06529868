"""What is held out teaches nothing, is drawn by its weight and its class, and the same twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from runtime.bakeoffs.donors import Donors
from runtime.bakeoffs.held_out import hold_out
from runtime.errors import NodeFailed
from runtime.seeds import stream

_FOREST = {"kind": "forest", "trees": 10, "leaf": 2}


def _donors(rows: int = 60) -> Donors:
    rng = stream(3, "test", "donors")
    return Donors(
        known={"age": rng.integers(20, 70, rows).astype(float)},
        # Each donor has values of its own, so that a copy says whose it is.
        targets=np.column_stack([np.arange(rows), np.arange(rows) + 1000.0]),
        names=("rent", "wealth"),
        kinds=(pl.Float64(), pl.Float64()),
        weights=np.ones(rows),
        classes=None,
        units=np.arange(rows) // 2,
        top=None,
    )


def _parameters(**changes: object) -> dict[str, Any]:
    blocks = [{"predictors": ["age"], "targets": ["rent", "wealth"]}]
    plain = {"blocks": blocks, "folds": {"count": 3}, "fold": 0, "seed": 1, "stream": "bakeoff.x", "draws": 4}
    return {**plain, "model": _FOREST, **changes}


def test_nobody_who_is_held_out_gives() -> None:
    """Every copied value is that of a donor of another fold, and of another unit."""
    donors = _donors()
    held = hold_out(donors, _parameters())
    assert held.drawn.shape == (4, 20, 2)
    assert not set(held.drawn[:, :, 0].ravel()) & set(held.rows.astype(float))
    assert not set(donors.units[held.taught]) & set(donors.units[held.rows])


def test_folds_hold_out_everybody_once() -> None:
    """Over all folds of a seed."""
    held = [hold_out(_donors(), _parameters(fold=fold)).rows for fold in range(3)]
    assert sorted(np.concatenate(held)) == list(range(60))


def test_the_same_cell_gives_the_same_bytes_and_another_seed_others() -> None:
    """Nothing is drawn from a generator without a name."""
    first, again, other = (hold_out(_donors(), _parameters(seed=seed)).drawn for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_all_methods_see_the_same_folds() -> None:
    """A comparison of methods on different records would compare records."""
    forest, chained = (
        hold_out(_donors(), _parameters(model=model)).rows
        for model in (_FOREST, {"kind": "qrf", "trees": 3, "leaf": 2})
    )
    assert (forest == chained).all()


def test_donors_of_weight_zero_neither_give_nor_are_scored() -> None:
    """Whatever side of a fold they are on."""
    donors = _donors()
    weights = np.where(np.arange(60) % 3 == 0, 0.0, 1.0)
    held = hold_out(replace(donors, weights=weights), _parameters())
    assert (weights[held.rows] > 0).all()
    assert (weights[held.drawn[:, :, 0].astype(int)] > 0).all()


def test_heavy_donors_give_more_often() -> None:
    """Weights are used in the fit: a donor of a thousand times the weight gives nearly always."""
    donors = _donors()
    held = hold_out(donors, _parameters())
    heavy = np.ones(60)
    heavy[held.taught[:3]] = 10_000
    drawn = hold_out(replace(donors, weights=heavy), _parameters()).drawn[:, :, 0]
    assert np.isin(drawn, held.taught[:3]).mean() > 0.5


def test_a_recipient_gets_of_its_own_class_only() -> None:
    """As in the step that draws."""
    classes = np.where(np.arange(60) % 4 < 2, "a", "b")
    donors = replace(_donors(), classes=classes)
    held = hold_out(donors, _parameters())
    given = classes[held.drawn[:, :, 0].astype(int)]
    assert (given == classes[held.rows][None]).all()


def test_a_class_that_nobody_gives_to_is_a_failure() -> None:
    """Named, with what to do."""
    held = hold_out(_donors(), _parameters())
    classes = np.where(np.isin(np.arange(60), held.rows), "lonely", "other")
    with pytest.raises(NodeFailed, match="nobody gives to the class lonely"):
        hold_out(replace(_donors(), classes=classes), _parameters())


def test_a_later_block_is_conditioned_on_what_was_drawn_before_it() -> None:
    """Wealth is told by rent alone: drawn wealth follows drawn rent, draw by draw, and not the true one."""
    donors = _donors(400)
    blocks = [
        {"predictors": ["age"], "targets": ["rent"]},
        {"predictors": ["rent"], "targets": ["wealth"]},
    ]
    held = hold_out(donors, _parameters(blocks=blocks, draws=3, model={**_FOREST, "trees": 40}))
    rent, wealth = held.drawn[:, :, 0], held.drawn[:, :, 1] - 1000
    assert np.abs(wealth - rent).mean() < 10
    assert np.abs(wealth - donors.targets[held.rows, 0]).mean() > 50


def test_a_donor_sample_is_taken_of_those_who_teach() -> None:
    """As many records as the imputation asks for, the top among them, and its weight kept."""
    donors = replace(_donors(), top=np.arange(60, dtype=float))
    sample = {"records": 20, "top": {"share": 0.05, "by": "wealth"}, "stream": "s"}
    held = hold_out(donors, _parameters(sample=sample))
    assert len(held.taught) == 20
    assert held.taught_weights.sum() == pytest.approx(40)
    whole = hold_out(donors, _parameters())
    assert max(whole.taught) in held.taught


def test_values_fit_their_type() -> None:
    """A whole number stays one, a flag is 0 or 1."""
    donors = replace(_donors(), kinds=(pl.Int64(), pl.Boolean()))
    flags = np.column_stack([donors.targets[:, 0], donors.targets[:, 0] % 2])
    held = hold_out(replace(donors, targets=flags), _parameters(model={"kind": "qrf", "trees": 5, "leaf": 5}))
    assert (held.drawn[:, :, 0] == np.rint(held.drawn[:, :, 0])).all()
    assert set(np.unique(held.drawn[:, :, 1])) <= {0.0, 1.0}
