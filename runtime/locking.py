"""What `specc sources lock` writes down: the columns of every source, with types, ranges and codes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb

from runtime.errors import DigestMismatch, FetchError
from runtime.fetch.bring import bring
from runtime.fetch.cache import Cache
from runtime.fetch.parts import Part
from runtime.sql import connection, quoted
from runtime.tables import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Progress = Callable[[str], None]

Code = str | float | bool
Columns = dict[str, tuple[str, int, float | str | None, float | str | None, tuple[Code, ...] | None]]

MOST_CODES = 60
LONGEST_CODE = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table to lock: the digest it must have and the rows that are used of it.

    `parts` are its files where it has several; `reads` are the columns that `where` asks for: where the file
    lacks one, as it stands in a joined file, all rows count. `layout` are the documented columns with their
    types: of a file that has one no others are described, and what is text by it is read as text.
    """

    name: str
    locator: str
    sha256: str | None
    where: str | None
    parts: tuple[Part, ...] = ()
    reads: frozenset[str] = frozenset()
    layout: Mapping[str, str] | None = None

    def files(self, bundle: Path) -> list[Part]:
        """Return its files; relative locators start from the bundle's folder."""
        parts = self.parts or (Part(self.name, self.locator, self.sha256),)
        return [replace(part, bundle=bundle) for part in parts]


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
    """Fetch a source and return its rows and, by column, SQL type, nulls, lowest and highest value, codes.

    All of it is of the rows that are used: what a build can meet. Codes are the distinct values, sorted; None
    where there are more than `MOST_CODES`, texts longer than `LONGEST_CODE`, or numbers with a fraction.

    Raises:
        FetchError: the file cannot be had, is not the pinned one, or is no table.
    """
    try:
        with Cache(cache).aside() as folder:
            path = folder / "table"
            bring(wanted.files(bundle), cache, overrides, path)
            return _described(wanted, path)
    except duckdb.Error as error:
        raise FetchError(
            f"`{wanted.name}` cannot be read as a table: {str(error).splitlines()[0]}",
            place=wanted.name,
            remedy="a source is CSV or JSON (or .gz of it), Parquet or a table of a database; check `where:`",
        ) from error


def _described(wanted: Wanted, path: Path) -> tuple[int, Columns]:
    with connection(path) as database:
        described = database.execute(f"DESCRIBE SELECT * FROM {scan(path)}").fetchall()  # noqa: S608
        known = {str(name).lower(): str(name) for name, *_ in described}
        texts = _texts(wanted.layout or {}, known)
        columns = "*" if wanted.layout is None else _listed(wanted.layout, known)
        database.execute(f"CREATE VIEW t AS SELECT * FROM {scan(path, texts)}")  # noqa: S608
        own = all(name.lower() in known for name in wanted.reads)
        where = f" WHERE {wanted.where}" if wanted.where and own else ""
        database.execute(f"CREATE TABLE kept AS SELECT {columns} FROM t{where}")  # noqa: S608
        database.execute("DROP VIEW t")
        database.execute("ALTER TABLE kept RENAME TO t")
        return _summary(database)


def _texts(layout: Mapping[str, str], known: dict[str, str]) -> dict[str, str]:
    """Return the columns that a layout calls text: a long number of digits would lose some as a number."""
    texts = [name.lower() for name, kind in layout.items() if kind == "VARCHAR"]
    return {known[name]: "VARCHAR" for name in texts if name in known}


def _listed(layout: Mapping[str, str], known: dict[str, str]) -> str:
    """Return the select list of the columns that a layout names; all, where a file has none of them."""
    named = {name.lower() for name in layout}
    return ", ".join(quoted(name) for lower, name in known.items() if lower in named) or "*"


def _summary(database: duckdb.DuckDBPyConnection) -> tuple[int, Columns]:
    described = [(str(row[0]), str(row[1])) for row in database.execute("DESCRIBE t").fetchall()]
    parts = ", ".join(f"count({quoted(n)}), min({quoted(n)}), max({quoted(n)})" for n, _ in described)
    values = database.execute(f"SELECT count(*), {parts} FROM t").fetchone() or (0,)  # noqa: S608
    rows = int(values[0])
    columns: Columns = {}
    for number, (name, kind) in enumerate(described):
        present, low, high = values[1 + 3 * number : 4 + 3 * number]
        columns[name] = (kind, rows - int(present), _bound(low), _bound(high), _codes(database, name))
    return rows, columns


def _codes(database: duckdb.DuckDBPyConnection, column: str) -> tuple[Code, ...] | None:
    name = quoted(column)
    query = f"SELECT DISTINCT {name} FROM t WHERE {name} IS NOT NULL ORDER BY 1 LIMIT {MOST_CODES + 1}"  # noqa: S608
    values = tuple(_plain(value) for (value,) in database.execute(query).fetchall())
    return values if len(values) <= MOST_CODES and all(map(_may_be_code, values)) else None


def _may_be_code(value: Code) -> bool:
    """Tell a code from a long text and from an amount: a number with a fraction classifies nothing."""
    return len(value) <= LONGEST_CODE if isinstance(value, str) else value == int(value)


def _bound(value: object) -> float | str | None:
    """Return a lowest or highest value: a number, a text (truth values too), or nothing."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case int():
            return float(value)
    return _plain(value)


def _plain(value: object) -> Code:
    """Return a value as JSON has it: whole numbers and truth values as they are, else a text."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal) and math.isfinite(value):
        return float(value)
    return str(value)
