"""SQL expressions over a frame: persons with their groups' columns beside them, one value an entity row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from compiler.plan import GROUPS
from runtime.frames import FrameReader, membership
from runtime.sql import connection, quoted, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WINDOWS = ", ".join(f'{group} AS (PARTITION BY "{group}_id")' for group in GROUPS)
_ROW = "__row"
View = tuple[str, str, str, str]


def evaluate(reader: FrameReader, entity: str, expressions: dict[str, str]) -> pl.DataFrame:
    """Return one column an expression, with the rows of `entity` in frame order.

    An expression about a group is the same for all its persons, so the first person's value stands for it.
    Only columns and views that the expressions name are read.

    Raises:
        duckdb.Error: an expression cannot be computed.
        ValueError: a row of `entity` has no person.
    """
    if not expressions:
        return pl.DataFrame()
    as_stored = {quoted(name): name for name, of in reader.entity_of.items() if of == entity}
    # What is asked for as it is stored needs no database, which would hold it twice.
    found = {name: as_stored[text] for name, text in expressions.items() if text in as_stored}
    rest = {name: text for name, text in expressions.items() if name not in found}
    computed = _of_entity(reader, entity, rest) if rest else pl.DataFrame()
    return pl.DataFrame(
        [reader.column(found[n]).alias(n) if n in found else computed[n] for n in expressions]
    )


def _of_entity(reader: FrameReader, entity: str, expressions: dict[str, str]) -> pl.DataFrame:
    values = _by_person(reader, expressions)
    return values if entity == "person" else values[reader.first_persons(entity)]


def _by_person(reader: FrameReader, expressions: dict[str, str]) -> pl.DataFrame:
    columns, views = _needed(reader, expressions.values())
    selected = ", ".join(f"({text}) AS {quoted(name)}" for name, text in expressions.items())
    with connection() as database:
        database.register("person", _persons(reader, columns).to_arrow())
        query = f"SELECT {selected} FROM ({_nested(views)}) WINDOW {_WINDOWS} ORDER BY {_ROW}"  # noqa: S608
        return select(database, query)


def _needed(reader: FrameReader, texts: Iterable[str]) -> tuple[list[str], list[View]]:
    """Return the columns and views that may be read: those whose name occurs in a text."""
    text = "\n".join(texts).casefold()
    views: list[View] = []
    for view in reversed(reader.frame.views):
        if view[0].casefold() in text:
            views.insert(0, view)
            text += "\n" + view[3].casefold()
    return [name for name in reader.entity_of if name.casefold() in text], views


def _persons(reader: FrameReader, columns: Sequence[str]) -> pl.DataFrame:
    """Return the persons with their groups' ids and the columns, a group's once a person."""
    ids = reader.ids("person").rename({membership(group): f"{group}_id" for group in GROUPS})
    found: list[pl.Series] = []
    rows = {group: reader.positions(group) for group in {reader.entity_of[c] for c in columns} - {"person"}}
    for name in columns:
        column, entity = reader.column(name), reader.entity_of[name]
        found.append(column if entity == "person" else column.gather(rows[entity]))
    return ids.with_columns(found).with_row_index(_ROW)


def _nested(views: Iterable[View]) -> str:
    """Return the query of persons with views; each view sees the columns and the views before it."""
    query = "SELECT * FROM person"
    for name, _, kind, text in views:
        query = f"SELECT *, ({text})::{kind} AS {quoted(name)} FROM ({query}) WINDOW {_WINDOWS}"  # noqa: S608
    return query
