"""`uprate`: amounts times the growth of their index between two years."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import connection, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    import polars as pl

    from runtime.task import Task


def run(task: Task) -> None:
    """Move each variable by its own index. A missing amount stays missing.

    Raises:
        NodeFailed: the table has no value for a year, two of them, or an index moves no amount.
    """
    reader, table = task.frame(), _table(task)
    factors: dict[str, float] = {}
    moved: set[str] = set()
    for name, index, start, end in task.parameters["moves"]:
        factor = _factor(task, table, index, start, end)
        factors[f"{index} {start}-{end}"] = factor
        values = reader.column(name)
        if factor != 1 and (values != 0).any():
            moved.add(index)
        task.write_column(reader.entity_of[name], (values * factor).alias(name))
    idle = sorted({move[1] for move in task.parameters["moves"]} - moved)
    if idle:
        raise NodeFailed(
            f"the index `{idle[0]}` moves nothing: every amount is zero, or the factor is 1",
            remedy="remove it, or list its variables under `unchanged:`",
        )
    task.notes["factors"] = factors


def _table(task: Task) -> pl.DataFrame:
    path, read = task.artifact("factors").path(DATA), task.parameters["read"]
    with connection(path) as database:
        return select(database, f"SELECT {columns_of(read)} FROM {scan(path, read)}")  # noqa: S608


def _factor(task: Task, table: pl.DataFrame, index: str, start: int, end: int) -> float:
    """Return the factor from year `start` to year `end`: a product of yearly growth, or a ratio of levels."""
    low, high = sorted((start, end))
    growth = task.parameters["concept"] == "growth"
    needed = range(low + 1, high + 1) if growth else (low, high)
    values = [_value(table, task.parameters["year"], year, index) for year in needed]
    factor = math.prod(values) if growth else values[1] / values[0]
    return factor if end >= start else 1 / factor


def _value(table: pl.DataFrame, year: str, wanted: int, index: str) -> float:
    """Return an index's value in a year; it must be there once, finite and above zero."""
    found = table.filter(table[year] == wanted)[index]
    value = found[0] if found.len() == 1 else None
    if value is None or not 0 < value < math.inf:
        what = "no value" if found.len() == 0 or value is None else f"the value {value:g}"
        what = f"{found.len()} values" if found.len() > 1 else what
        raise NodeFailed(
            f"the index `{index}` has {what} for {wanted}", remedy="use a table that covers the years"
        )
    return float(value)
