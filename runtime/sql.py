"""DuckDB as the runtime uses it: no extension, no network, no file but those named, one thread so that sums repeat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl


@contextmanager
def connection(*files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a locked connection that can read the named files and nothing else outside its memory.

    One thread: with more, the order of additions, and so the last digits of a sum, would change from run to run.
    """
    connected = duckdb.connect(":memory:", config={"threads": "1", "python_enable_replacements": "false"})
    try:
        if files:
            connected.execute("SET allowed_paths = ?", [[str(path) for path in files]])
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
