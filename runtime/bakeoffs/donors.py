"""The donors of an imputation as a trial needs them: all columns that are read, weights, units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.imputation.rare import rare_categories, with_rare
from runtime.imputation.trials.donors import Donors
from runtime.imputation.trials.folds import units_of
from runtime.operations.donors import having_all
from runtime.operations.sides import amounts, classes_of, read_side, weights_of

if TYPE_CHECKING:
    from runtime.operations.sides import Side
    from runtime.task import Task


def read_donors(task: Task) -> Donors:
    """Read the donors as the step that draws the imputation reads them.

    Raises:
        NodeFailed: there are none, or one has no id.
        NotEncodable: a column that cannot be told in numbers, or a target that is missing.
    """
    parameters = _flattened(task.parameters)
    side = read_side(replace(task, node=replace(task.node, parameters=parameters)), "donor")
    if not side.chosen.any():
        raise NodeFailed("no donor is left", remedy=f"check `where: {parameters['where']}`")
    if "missing" in parameters:
        side = _whole(side, parameters["targets"])
    top = (parameters.get("sample") or {}).get("top")
    table = side.taking_part
    if "rare" in parameters:
        table, _ = with_rare(table, rare_categories(table, parameters["rare"]))
    donors = Donors.of(
        table,
        parameters["predictors"],
        parameters["targets"],
        weights_of(parameters["weight"], side),
        units_of(task.frame("donor"), parameters["entity"], parameters["folds"])[side.chosen],
        classes_of(parameters, side),
    )
    return replace(donors, top=amounts(table, top["by"])) if top else donors


def _whole(side: Side, targets: list[str]) -> Side:
    """Return the donors who lack no target.

    Raises:
        NodeFailed: there are none.
    """
    whole = np.flatnonzero(having_all(side.taking_part, targets))
    if not len(whole):
        raise NodeFailed("no donor has all targets", remedy="compare methods on some of the blocks")
    return side.sampled(whole)


def _flattened(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of one step that would read what all blocks read."""
    blocks = parameters["blocks"]
    targets = list(dict.fromkeys(name for block in blocks for name in block["targets"]))
    known = dict.fromkeys(name for block in blocks for name in block["predictors"])
    rest = {"halves": None, "elsewhere": None, "predictors": [n for n in known if n not in targets]}
    return {**parameters, **rest, "targets": targets}
