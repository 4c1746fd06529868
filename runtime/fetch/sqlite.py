"""One table or view out of a SQLite file, as Parquet. Nothing in the file can run, write or attach."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import FetchError
from runtime.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC = b"SQLite format 3\x00"
_ROWS = 50_000
# Steps of SQLite's machine between two looks, and how many looks a query may take: some minutes of work.
_STEPS, _LOOKS = 1_000_000, 20_000
# What a query may do: look at tables and compute. Everything else (writing, attaching, pragmas) is refused.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_FUNCTIONS = frozenset({
    "abs", "avg", "cast", "ceil", "coalesce", "count", "date", "floor", "group_concat", "ifnull", "iif",
    "instr", "json_extract", "length", "like", "lower", "ltrim", "max", "min", "nullif", "printf", "replace",
    "round", "row_number", "rtrim", "strftime", "substr", "substring", "sum", "total", "trim", "typeof",
    "upper",
})  # fmt: skip
# Bytes of one value: text of any published table is shorter, and no function may make more.
_LONGEST = 10_000_000
_KINDS = {"integer": pl.Int64, "real": pl.Float64, "text": pl.String}


def is_sqlite(path: Path) -> bool:
    """Tell whether a file is a SQLite database, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def extract_table(path: Path, table: str, target: Path, name: str) -> None:
    """Write a table or view of a database to a Parquet file, its rows in the order of the table.

    Raises:
        FetchError: it is no database or a damaged one, has no such table, one of virtual rows, or one whose
            columns hold bytes, or text and numbers.
    """
    if not is_sqlite(path):
        raise _refused(name, "is no SQLite database", "name a CSV or Parquet file without `!`")
    try:
        with _opened(path) as database:
            _check_schema(database, table, name)
            rows = _read(database, table, name)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise _refused(
            name, f"cannot be read: {error}", "check the file with `PRAGMA integrity_check`"
        ) from error
    rows.write_parquet(target)


def tables_in(path: Path) -> list[str]:
    """Return the tables and views of a database; none where it is damaged."""
    try:
        with _opened(path) as database:
            return [name for name, *_ in _schema(database)]
    except sqlite3.Error:
        return []


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that nothing can be written to, and in which only reading is allowed."""
    # Immutable: neither a journal nor a log beside the file is looked for, and no lock is taken.
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    looks = iter(range(_LOOKS))
    try:
        for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
            database.execute(f"PRAGMA {pragma}")
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        database.set_authorizer(_allowed)
        database.set_progress_handler(lambda: int(next(looks, None) is None), _STEPS)
        yield database
    finally:
        database.close()


def _allowed(action: int, _one: str | None, two: str | None, *_where: str | None) -> int:
    is_known = action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in _FUNCTIONS
    return sqlite3.SQLITE_OK if action in _ALLOWED or is_known else sqlite3.SQLITE_DENY


def _schema(database: sqlite3.Connection) -> list[tuple[str, str, str]]:
    query = "SELECT name, type, coalesce(sql, '') FROM sqlite_master ORDER BY name"
    found = [(str(name), str(kind), str(sql)) for name, kind, sql in database.execute(query)]
    return [entry for entry in found if entry[1] in ("table", "view")]


def _check_schema(database: sqlite3.Connection, table: str, name: str) -> None:
    schema = _schema(database)
    virtual = [found for found, _, sql in schema if sql.lstrip().upper().startswith("CREATE VIRTUAL")]
    if virtual:
        message = (
            f"has a virtual table, `{virtual[0]}`: what is in it is computed by code that the file names"
        )
        raise _refused(name, message, "take a copy of the database without it")
    known = [found for found, *_ in schema]
    if table not in known:
        near = get_close_matches(table, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "it has: " + (", ".join(known[:12]) or "none")
        raise _refused(name, f"has no table or view `{table}`; {hint}", "mend what stands after `!`")


def _read(database: sqlite3.Connection, table: str, name: str) -> pl.DataFrame:
    cursor = database.execute(f"SELECT * FROM {quoted(table)} LIMIT 0")  # noqa: S608
    columns = [str(column[0]) for column in cursor.description]
    kinds = {column: _kind(database, table, column, name) for column in columns}
    cursor = database.execute(f"SELECT * FROM {quoted(table)}{_order(database, table, columns)}")  # noqa: S608
    parts = [pl.DataFrame(schema=kinds)]
    while rows := cursor.fetchmany(_ROWS):
        parts.append(pl.DataFrame(rows, schema=kinds, orient="row", strict=False))
    return pl.concat(parts)


def _kind(database: sqlite3.Connection, table: str, column: str, name: str) -> Any:  # noqa: ANN401 - polars'
    """Return the type of a column: of what it holds, as SQLite checks no declared type."""
    query = f"SELECT DISTINCT typeof({quoted(column)}) FROM {quoted(table)}"  # noqa: S608
    found = {str(kind) for (kind,) in database.execute(query)} - {"null"}
    if found <= {"integer", "real"} and len(found) == 2:
        return pl.Float64
    if len(found) > 1 or "blob" in found:
        held = "bytes" if "blob" in found else "text and numbers"
        raise _refused(name, f"holds {held} in `{column}` of `{table}`", "cast or leave it out in a view")
    return _KINDS[found.pop()] if found else pl.String


def _order(database: sqlite3.Connection, table: str, columns: list[str]) -> str:
    """Return the order of the rows: a table's own; of a view, which has none, by all columns."""
    try:
        database.execute(f"SELECT rowid FROM {quoted(table)} LIMIT 0")  # noqa: S608
        is_table = ("table",) in database.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,))
    except sqlite3.Error:
        is_table = False
    by = "rowid" if is_table else ", ".join(map(quoted, columns))
    return f" ORDER BY {by}"


def _refused(name: str, what: str, remedy: str) -> FetchError:
    return FetchError(f"the file of {name} {what}", place=name, remedy=remedy, kind="no-table")
