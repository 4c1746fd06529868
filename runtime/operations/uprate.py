"""`uprate`: amounts times the growth of their index between two years."""

from __future__ import annotations

import math

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import connection, select
from runtime.tables import columns_of, scan
from runtime.task import Task


def run(task: Task) -> None:
    """Move each variable by its own index; an index that moves nothing is an error."""
    reader, factors = task.frame(), _table(task)
    applied: dict[str, float] = {}
    moved: set[str] = set()
    for name, index, start, end in task.parameters["moves"]:
        factor = applied.setdefault(f"{index} {start}-{end}", _factor(task, factors, index, start, end))
        values = reader.column(name)
        if (values != 0).any() and factor != 1:
            moved.add(index)
        task.write_column(reader.entity_of[name], (values * factor).alias(name))
    idle = sorted({move[1] for move in task.parameters["moves"]} - moved)
    if idle:
        raise NodeFailed(f"the index `{idle[0]}` moves nothing: every amount is zero, or the factor is 1", place=task.node.address,
                         remedy="remove it, or list its variables under `unchanged:`")
    task.notes["factors"] = applied


def _table(task: Task) -> pl.DataFrame:
    path = task.artifact("factors").path(DATA)
    read = task.parameters["read"]
    with connection(path) as database:
        return select(database, f"SELECT {columns_of(read)} FROM {scan(path, read)}")  # noqa: S608


def _factor(task: Task, table: pl.DataFrame, index: str, start: int, end: int) -> float:
    """Return the factor from year `start` to year `end`: a product of yearly growth, or a ratio of levels."""
    year = task.parameters["year"]
    values = dict(zip(table[year].to_list(), table[index].to_list(), strict=True))
    growth = task.parameters["concept"] == "growth"
    low, high = sorted((start, end))
    needed = range(low + 1, high + 1) if growth else (low, high)
    missing = [y for y in needed if not values.get(y)]
    if missing:
        raise NodeFailed(f"the index `{index}` has no value for {missing[0]}", place=task.node.address, remedy="use a table that covers the years")
    factor = math.prod(values[y] for y in needed) if growth else values[high] / values[low]
    return float(factor if end >= start else 1 / factor)
