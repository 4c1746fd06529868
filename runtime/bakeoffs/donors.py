"""The donors of an imputation as a bake-off needs them: all columns of all blocks, weights, units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.bakeoffs.folds import units
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.operations.impute import classes_of, read_side, weights_of
from runtime.sql import quoted

if TYPE_CHECKING:
    import numpy.typing as npt

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
    donors = side.taking_part
    return Donors(
        known={name: _numbers(donors[name]) for name in parameters["predictors"]},
        targets=_given(donors.select(names)),
        names=tuple(names),
        kinds=tuple(side.table.schema[name] for name in names),
        weights=weights_of(parameters["weight"], side),
        classes=classes_of(parameters, side),
        units=_units(task)[side.chosen],
        top=_given(donors.select(top["by"]))[:, 0] if top else None,
    )


def _numbers(column: pl.Series) -> Floats:
    """Return a column as numbers, a missing value as NaN.

    Raises:
        NodeFailed: it is text, which no metric measures.
    """
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        message = f"`{column.name}` is text, and a bake-off compares methods on numbers alone"
        raise NodeFailed(message, remedy="declare a variable that tells it in numbers")
    # As a fit reads predictors: in single precision.
    return column.cast(pl.Float32).to_numpy().astype(np.float64)


def _given(table: pl.DataFrame) -> Floats:
    """Return what the donors give, shape (donors, columns).

    Raises:
        NodeFailed: a column is text, or a value is missing.
    """
    for column in table:
        _numbers(column)
        if column.null_count():
            message = f"the donor has no `{column.name}` in {column.null_count()} of {column.len()} rows"
            remedy = "leave those rows out with `where:`, or give them a value, as in coalesce(..., 0)"
            raise NodeFailed(message, remedy=remedy)
    return table.cast(pl.Float64).to_numpy()


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
