"""DuckDB as the runtime uses it: no extension, no network, no file but those named, one thread."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # With more threads the order of additions, and so the last digits of a sum, would change between runs.
    "threads": "1",
    # A query sees the tables that were registered, never the Python variables around it.
    "python_enable_replacements": "false",
    # What does not fit into memory fails and says so, instead of filling a folder of its own.
    "temp_directory": "",
}


@contextmanager
def connection(*files: Path, as_written: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a locked connection that can read the named files and nothing else outside its memory.

    `as_written` has joins carried out in the order of the query, the right side looked up for each row of the
    left: rows stay in the order of the left, and so sums are the same to the last digit.
    """
    connected = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        if files:
            connected.execute("SET allowed_paths = ?", [[str(path) for path in files]])
        if as_written:
            connected.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        # A process of a node has no main module, which DuckDB takes for a person at a prompt: it would draw a
        # bar among the results.
        connected.execute("SET enable_progress_bar = false")
        connected.execute("SET enable_external_access = false")
        connected.execute("SET lock_configuration = true")
        yield connected
    finally:
        connected.close()


def quoted(name: str) -> str:
    """Return a name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def select(database: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """Run a query and return its rows as a polars frame."""
    return pl.DataFrame(database.sql(query).to_arrow_table())


def first(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...] | None:
    """Run a query to its end and return its first row, None where there is none."""
    rows = database.execute(query).fetchall()
    return tuple(rows[0]) if rows else None
