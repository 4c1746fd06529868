"""Prices of imputations are measurements: the table follows from committed figures, of all methods."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from benchmarks.imputation import costs
from compiler.model.methods import Method
from compiler.plan import cost
from compiler.plan.measured import MEASURED

_FIGURES: dict[str, Any] = json.loads(costs.FIGURES.read_text(encoding="utf-8"))
_AGAIN = "measure again: python -m benchmarks.imputation costs"


def test_every_method_is_measured_but_those_of_others() -> None:
    """A new kind of model has no price that somebody guessed."""
    methods = get_args(get_args(Method)[0])
    kinds = {get_args(each.model_fields["kind"].annotation)[0] for each in methods}
    assert kinds - {"entry_point"} == {*MEASURED} == {*_FIGURES["methods"]}, _AGAIN


def test_the_table_is_what_follows_from_the_figures() -> None:
    """Nobody has edited one of them."""
    assert costs.TABLE.read_text(encoding="utf-8") == costs.table(_FIGURES["methods"]), _AGAIN


def test_what_was_measured_are_the_methods_as_they_are() -> None:
    """A method that draws otherwise than before may take otherwise."""
    assert _FIGURES["revisions"] == costs.current_revisions(), _AGAIN


@pytest.mark.parametrize("kind", costs.KINDS)
def test_prices_meet_the_measurements(kind: str) -> None:
    """A model of four numbers cannot meet all; none is off by more than a factor of three and two seconds."""
    taking = MEASURED[kind]
    for row in _FIGURES["methods"][kind]:
        found = cost.imputation(kind, row["donors"], row["recipients"], row["targets"], taking.trees)
        measured = row["fit_cpu"] / taking.threads + row["draw_cpu"]
        assert measured / 3 - 1 < found.seconds - 1 < 3 * measured + 2, row
        assert row["fit_bytes"] + row["draw_bytes"] < found.memory, row


def test_a_price_grows_with_what_there_is_to_do() -> None:
    """Donors, trees, recipients and targets cost; a method of somebody's own costs what the forest does."""
    small = cost.imputation("qrf", 10_000, 10_000, 5, 100)
    for sizes in (
        (20_000, 10_000, 5, 100),
        (10_000, 40_000, 5, 100),
        (10_000, 10_000, 9, 100),
        (10_000, 10_000, 5, 300),
    ):
        assert cost.imputation("qrf", *sizes).seconds > small.seconds
    own, forest = (cost.imputation(kind, 10_000, 10_000, 5, None) for kind in ("entry_point", "forest"))
    assert own == forest
