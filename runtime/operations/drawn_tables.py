"""What `draw` reads: a rate for every row, and values with their probabilities, by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.operations.file import DATA
from runtime.sql import connection, quoted, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from runtime.frames import FrameReader
    from runtime.task import Task

    Floats = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

_ROW = "__row"


def rates_of(task: Task, reader: FrameReader, among: Mask) -> Floats:
    """Return the rate of every row, NaN where there is none.

    Raises:
        NodeFailed: a row of `among` has a key that the table does not have, or that it has twice.
    """
    rule, entity = task.parameters["rate"], task.parameters["entity"]
    if isinstance(rule, str):
        return _floats(evaluate(reader, entity, {"rate": f"({rule})::DOUBLE"})["rate"])
    table, keys = _read(task, rule), [theirs for _, theirs in rule["given"]]
    _refuse_twice(table, keys)
    wanted = _wanted(task, reader, rule)
    place = _places(wanted, table, keys)
    _refuse_unmatched(wanted, (place < 0) & among, [ours for ours, _ in rule["given"]])
    return np.append(_floats(table[rule["column"]]), np.nan)[place]


def _refuse_twice(table: pl.DataFrame, keys: list[str]) -> None:
    twice = table.select(keys).filter(table.select(keys).is_duplicated())
    if twice.height:
        raise NodeFailed(
            f"{twice.height} rows of the table share a key with another, as {_said(keys, twice.row(0))}",
            remedy="give its source a `where:` that leaves one row a key",
        )


def _wanted(task: Task, reader: FrameReader, rule: dict[str, Any]) -> pl.DataFrame:
    """Return what every row looks up, under the names of the table's columns."""
    return evaluate(
        reader, task.parameters["entity"], {theirs: quoted(ours) for ours, theirs in rule["given"]}
    )


def _said(names: Sequence[str], values: tuple[Any, ...]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))


def values_of(task: Task, reader: FrameReader, uniforms: Floats) -> pl.Series:
    """Return a value of the table for every row, each with its share of the probability of its group.

    Raises:
        NodeFailed: a row has no group in the table, a group has no probability, a probability is none, or
            a value is missing or not one that the variable can have.
    """
    rule = task.parameters["table"]
    table = _read(task, rule)
    _check_table(table, rule)
    keys = [theirs for _, theirs in rule["given"]]
    grouped = _grouped(table, keys)
    wanted = _wanted(task, reader, rule)
    place = _places(wanted, grouped, keys) if keys else np.zeros(len(uniforms), dtype=np.int64)
    _refuse_unmatched(wanted, place < 0, [ours for ours, _ in rule["given"]])
    chances, chosen = _floats(table[rule["probability"]]), np.zeros(len(uniforms), dtype=np.int64)
    order = np.argsort(place, kind="stable")
    groups, starts = np.unique(place[order], return_index=True)
    for group, rows in zip(groups, np.split(order, starts[1:]), strict=True):
        here = grouped[_ROW][int(group)].to_numpy()
        if not chances[here].sum() > 0:
            raise _without_probability(grouped, keys, int(group))
        chosen[rows] = here[_picked(chances[here], uniforms[rows])]
    values: pl.Series = table[rule["value"]].gather(chosen)
    return values


def _picked(chances: Floats, uniforms: Floats) -> Integers:
    """Return, for each number in [0, 1), the position of the chance in whose part of the whole it lies."""
    ends = np.cumsum(chances)
    picked = np.searchsorted(ends, uniforms * ends[-1], side="right")
    # Rounding may lead past the end: to the last that has a chance at all.
    return np.asarray(np.minimum(picked, np.flatnonzero(chances)[-1]), dtype=np.int64)


def _without_probability(grouped: pl.DataFrame, keys: list[str], group: int) -> NodeFailed:
    named = _said(keys, grouped.select(keys).row(group)) if keys else "the whole table"
    return NodeFailed(f"every probability is zero for {named}", remedy="use a table that covers every key")


def _read(task: Task, rule: dict[str, Any]) -> pl.DataFrame:
    path, types = task.artifact("table").path(DATA), rule["read"]
    where = f" WHERE {rule['where']}" if rule["where"] else ""
    with connection(path) as database:
        return select(database, f"SELECT {columns_of(types)} FROM {scan(path, types)}{where}")  # noqa: S608


def _floats(column: pl.Series) -> Floats:
    return np.asarray(column.cast(pl.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64)


def _places(wanted: pl.DataFrame, table: pl.DataFrame, keys: list[str]) -> Integers:
    """Return the row of the table that has each row's keys, -1 where there is none."""
    numbered = table.select(keys).with_columns(pl.Series("__place", np.arange(table.height)))
    ours, theirs = _alike(wanted, keys), _alike(numbered, keys)
    found = ours.join(theirs, on=keys, how="left", maintain_order="left")["__place"]
    return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


def _alike(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return keys in types that compare: whole numbers of any width, and fractions, as one."""
    numbers = [name for name in keys if table.schema[name].is_numeric()]
    return table.with_columns([pl.col(name).cast(pl.Float64) for name in numbers])


def _grouped(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    rows = table.with_columns(pl.Series(_ROW, np.arange(table.height)))
    if not keys:
        return rows.select(pl.col(_ROW).implode())
    return rows.group_by(keys, maintain_order=True).agg(pl.col(_ROW))


def _refuse_unmatched(wanted: pl.DataFrame, missing: Mask, names: list[str]) -> None:
    if not missing.any():
        return
    key = _said(names, wanted.row(int(np.argmax(missing))))
    raise NodeFailed(
        f"the table has no row for the key of {int(missing.sum())} of {len(missing)} rows, as {key}",
        remedy="use a table that covers every key, or leave those rows out",
    )


def _check_table(table: pl.DataFrame, rule: dict[str, Any]) -> None:
    chances = _floats(table[rule["probability"]])
    wrong = ~(np.isfinite(chances) & (chances >= 0))
    if wrong.any():
        raise NodeFailed(
            f"`{rule['probability']}` is missing, infinite or negative in {int(wrong.sum())} rows",
            remedy="give its source a `where:` that leaves those rows out",
        )
    values = table[rule["value"]]
    if values.null_count():
        raise NodeFailed(
            f"`{rule['value']}` is missing in {values.null_count()} of {len(wrong)} rows of the table",
            remedy="give its source a `where:` that leaves those rows out",
        )
    unknown = [] if rule["values"] is None else sorted(set(values.unique()) - set(rule["values"]))
    if unknown:
        raise NodeFailed(
            f"`{unknown[0]}` of the table is no value that the variable can have",
            remedy="values: " + ", ".join(rule["values"][:12]),
        )
