"""SQL expressions over a frame: every person with the columns of its groups beside it, one value for each row of an entity."""

from __future__ import annotations

import polars as pl
from compiler.plan import GROUPS

from runtime.frames import FrameReader, membership
from runtime.sql import connection, quoted, select

_WINDOWS = ", ".join(f'{group} AS (PARTITION BY "{group}_id")' for group in GROUPS)


def evaluate(reader: FrameReader, entity: str, expressions: dict[str, str]) -> pl.DataFrame:
    """Return one column an expression, with the rows of `entity` in frame order.

    An expression about a group is the same for all its persons, so the first person's value stands for the group.
    """
    if not expressions:
        return pl.DataFrame()
    values = _by_person(reader, entity, expressions)
    if entity == "person":
        return values.drop("__id")
    first = values.unique("__id", keep="first", maintain_order=True)
    ordered = reader.ids(entity).select(pl.col(f"{entity}_id").alias("__id"))
    return ordered.join(first, on="__id", how="left", maintain_order="left").drop("__id")


def _by_person(reader: FrameReader, entity: str, expressions: dict[str, str]) -> pl.DataFrame:
    groups = [group for group in GROUPS if group in reader.frame.columns]
    key = "person_id" if entity == "person" else f"{entity}_id"
    selected = ", ".join(f"({text}) AS {quoted(name)}" for name, text in expressions.items())
    with connection() as database:
        database.register("person", _persons(reader).to_arrow())
        for group in groups:
            database.register(group, reader.table(group).to_arrow())
        query = f"SELECT {quoted(key)} AS __id, {selected} FROM ({_nested(reader, groups)}) WINDOW {_WINDOWS} ORDER BY __row"  # noqa: S608
        return select(database, query)


def _persons(reader: FrameReader) -> pl.DataFrame:
    table = reader.table("person").rename({membership(group): f"{group}_id" for group in GROUPS})
    return table.with_row_index("__row")


def _nested(reader: FrameReader, groups: list[str]) -> str:
    """Return the query of persons with group columns and views; each view sees the columns and views before it."""
    query = "SELECT * FROM person"
    for group in groups:
        query += f" JOIN {group} USING ({group}_id)"
    for name, _, kind, text in reader.frame.views:
        query = f"SELECT *, ({text})::{kind} AS {quoted(name)} FROM ({query}) WINDOW {_WINDOWS}"  # noqa: S608
    return query
