"""The donors of an imputation as a bake-off needs them: all columns of all blocks, weights, units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.bakeoffs.folds import units
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.operations.impute import classes_of, predictors_of, read_side, targets_of, weights_of
from runtime.sql import quoted

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

    from runtime.imputation.protocol import Floats, Rows
    from runtime.task import Task


@dataclass(frozen=True, slots=True)
class Donors:
    """Those who give; n rows.

    Attributes:
        known: predictors by name, (n,) each, as a fit reads them; NaN is missing.
        targets: (n, t), in the order of `names`.
        names: of the targets.
        kinds: type of each target, whose values a draw is put into.
        weights: (n,).
        classes: (n,) what a donor shares with its recipient; None where there are no classes.
        units: (n,) the unit that no fold splits.
        top: (n,) the amount that says who a donor sample keeps; None without one.
    """

    known: dict[str, Floats]
    targets: Floats
    names: tuple[str, ...]
    kinds: tuple[pl.DataType, ...]
    weights: Floats
    classes: npt.NDArray[np.str_] | None
    units: Rows
    top: Floats | None


def read_donors(task: Task) -> Donors:
    """Read the donors as the step that draws the imputation reads them.

    Raises:
        NodeFailed: there are none, one has no weight, target or id, or a column is text.
    """
    parameters = _flattened(task.parameters)
    side = read_side(replace(task, node=replace(task.node, parameters=parameters)), "donor")
    if not side.chosen.any():
        raise NodeFailed("no donor is left", remedy=f"check `where: {parameters['where']}`")
    names, top = parameters["targets"], (parameters.get("sample") or {}).get("top")
    numbers = predictors_of(parameters["predictors"], side.table, side.chosen).astype(np.float64)
    return Donors(
        known=dict(zip(parameters["predictors"], numbers.T, strict=True)),
        targets=targets_of(names, side),
        names=tuple(names),
        kinds=tuple(side.table.schema[name] for name in names),
        weights=weights_of(parameters["weight"], side),
        classes=classes_of(parameters, side, side.chosen),
        units=_units(task)[side.chosen],
        top=targets_of([top["by"]], side)[:, 0] if top else None,
    )


def _flattened(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of one step that would read what all blocks read."""
    blocks = parameters["blocks"]
    targets = list(dict.fromkeys(name for block in blocks for name in block["targets"]))
    known = dict.fromkeys(name for block in blocks for name in block["predictors"])
    rest = {"halves": None, "elsewhere": None, "predictors": [n for n in known if n not in targets]}
    return {**parameters, **rest, "targets": targets}


def _units(task: Task) -> Rows:
    entity, folds = task.parameters["entity"], task.parameters["folds"]
    reader, name = task.frame("donor"), folds["ids"]
    ids = None if name is None else evaluate(reader, entity, {name: quoted(name)})[name]
    return units(reader, entity, folds["by"], ids)
