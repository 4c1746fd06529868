"""What `specc sources lock` writes down: the columns of every source, their types, nulls and ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb

from runtime.errors import DigestMismatch, FetchError
from runtime.fetch import fetch
from runtime.sql import connection, quoted
from runtime.tables import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Progress = Callable[[str], None]

Columns = dict[str, tuple[str, int, float | str | None, float | str | None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source to lock: the digest it must have and the rows that are used of it."""

    name: str
    locator: str
    sha256: str
    where: str | None


def describe_sources(
    wanted: list[Wanted], cache: Path, overrides: Path | None, bundle: Path, tell: Progress
) -> Mapping[str, tuple[int, Columns]]:
    """Describe every source of a bundle, telling the name of each before it is fetched.

    Raises:
        FetchError: as `describe_source`.
        DigestMismatch: some of them are not the pinned files; it tells the digest of each.
    """
    described, mismatches = {}, []
    for source in wanted:
        tell(source.name)
        try:
            described[source.name] = describe_source(source, cache, overrides, bundle)
        except DigestMismatch as mismatch:
            mismatches.append(mismatch)
    if mismatches:
        raise _together(mismatches)
    return described


def _together(mismatches: list[DigestMismatch]) -> DigestMismatch:
    """Return one fault for several, so that all new digests can be pinned at once."""
    first, *others = mismatches
    if not others:
        return first
    return DigestMismatch("\n".join(each.message for each in mismatches), remedy=first.remedy)


def describe_source(wanted: Wanted, cache: Path, overrides: Path | None, bundle: Path) -> tuple[int, Columns]:
    """Fetch a source and return its rows and, by column, SQL type, nulls, lowest and highest value.

    All of it is of the rows that are used.

    Raises:
        FetchError: the file cannot be had, is not the pinned one, or is no table.
    """
    fetched = fetch(wanted.locator, wanted.sha256, cache, overrides, bundle=bundle, name=wanted.name)
    where = f" WHERE {wanted.where}" if wanted.where else ""
    try:
        with connection(fetched.path) as database:
            database.execute(f"CREATE TABLE t AS SELECT * FROM {scan(fetched.path)}{where}")  # noqa: S608
            return _summary(database)
    except duckdb.Error as error:
        raise FetchError(
            f"`{wanted.name}` cannot be read as a table: {str(error).splitlines()[0]}",
            place=wanted.name,
            remedy="a source is a CSV (plain or gzipped) or a Parquet file; check `where:` too",
        ) from error


def _summary(database: duckdb.DuckDBPyConnection) -> tuple[int, Columns]:
    described = [(str(row[0]), str(row[1])) for row in database.execute("DESCRIBE t").fetchall()]
    parts = ", ".join(f"count({quoted(n)}), min({quoted(n)}), max({quoted(n)})" for n, _ in described)
    values = database.execute(f"SELECT count(*), {parts} FROM t").fetchone() or (0,)  # noqa: S608
    rows = int(values[0])
    columns: Columns = {}
    for number, (name, kind) in enumerate(described):
        present, low, high = values[1 + 3 * number : 4 + 3 * number]
        columns[name] = (kind, rows - int(present), _plain(low), _plain(high))
    return rows, columns


def _plain(value: object) -> float | str | None:
    """Return a bound as JSON has it: a finite number, a text, or nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        return float(value)
    return str(value)
