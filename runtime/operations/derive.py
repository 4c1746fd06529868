"""`derive`: variables computed once from what the frame holds, and stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.frames import OverlaidReader
from runtime.sql import quoted

if TYPE_CHECKING:
    from runtime.task import Task

_ZERO = {"BOOLEAN": "false"}


def run(task: Task) -> None:
    """Compute the set level by level: a value reads what earlier levels gave, and else the frame as it was.

    Raises:
        NodeFailed: a value is infinite, or no number.
    """
    entity, computed = task.parameters["entity"], dict[str, pl.Series]()
    notes: dict[str, dict[str, float]] = {}
    for number, level in enumerate(task.parameters["levels"]):
        reader = OverlaidReader(task.node.inputs.frames[f"level_{number}"], task.artifacts, entity, computed)
        table = evaluate(reader, entity, {rule["name"]: _sql(rule) for rule in level})
        weights = reader.column(task.parameters["weight"]).gather(reader.household_of(entity))
        for column in table:
            _refuse_endless(column)
            notes[column.name] = _note(column, weights)
            task.write_column(entity, column)
        computed |= {column.name: column for column in table}
    task.notes["variables"] = notes


def _sql(rule: dict[str, Any]) -> str:
    value = f"({rule['value']})::{rule['type']}"
    if rule["where"] is None:
        return value
    kept = quoted(rule["name"]) if rule["elsewhere"] == "keep" else _ZERO.get(rule["type"], "0")
    return f"CASE WHEN ({rule['where']})::BOOLEAN THEN {value} ELSE ({kept})::{rule['type']} END"


def _refuse_endless(column: pl.Series) -> None:
    if not column.dtype.is_float():
        return
    endless = int((~column.is_finite()).sum())
    if endless:
        raise NodeFailed(
            f"`{column.name}` is infinite, or no number, in {endless} of {column.len()} rows",
            remedy="say what it is there, as in `case when x > 0 then y / x else 0 end`",
        )


def _note(column: pl.Series, weights: pl.Series) -> dict[str, float]:
    """Return how many rows have a value, and what it comes to over the population, where it is a number."""
    said: dict[str, float] = {"rows": column.len(), "without_value": column.null_count()}
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        values = column.cast(pl.Float64).fill_null(0) * weights
        said["total"] = exact_sum(values.to_numpy())
    return said
