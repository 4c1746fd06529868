"""Indices of a published table: what an amount of one year is multiplied by to be of another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import connection, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from runtime.store import Artifact


@dataclass(frozen=True, slots=True)
class Factors:
    """A table of indices: a column an index, or a row a year and index, named in one of its columns."""

    table: pl.DataFrame
    year: str
    concept: str
    index: str | None
    value: str | None

    def of(self, index: str, year: int) -> pl.Series:
        """Return the values of an index in a year: there should be one."""
        rows = self.table[self.year] == year
        if self.index is None or self.value is None:
            return self.table.filter(rows)[index]
        return self.table.filter(rows & (self.table[self.index] == index))[self.value]


def factors_of(artifact: Artifact, rule: Mapping[str, Any]) -> Factors:
    """Read a table of factors; `rule` says what its columns are."""
    path, read, long = artifact.path(DATA), rule["read"], rule.get("long") or {}
    kept = f" WHERE {long['where']}" if long.get("where") else ""
    with connection(path) as database:
        table = select(database, f"SELECT {columns_of(read)} FROM {scan(path, read)}{kept}")  # noqa: S608
    return Factors(table, rule["year"], rule["concept"], long.get("index"), long.get("value"))


def growth(factors: Factors, index: str, start: int, end: int) -> float:
    """Return the factor from year `start` to year `end`: a product of yearly growth, or a ratio of levels.

    Raises:
        NodeFailed: the table has no value for a year, or two of them.
    """
    low, high = sorted((start, end))
    grows = factors.concept == "growth"
    needed = range(low + 1, high + 1) if grows else (low, high)
    values = [_value(factors, year, index) for year in needed]
    factor = math.prod(values) if grows else values[1] / values[0]
    return factor if end >= start else 1 / factor


def _value(factors: Factors, wanted: int, index: str) -> float:
    """Return an index's value in a year; it must be there once, finite and above zero."""
    found = factors.of(index, wanted)
    value = found[0] if found.len() == 1 else None
    if value is None or not 0 < value < math.inf:
        what = "no value" if found.len() == 0 or value is None else f"the value {value:g}"
        what = f"{found.len()} values" if found.len() > 1 else what
        raise NodeFailed(
            f"the index `{index}` has {what} for {wanted}", remedy="use a table that covers the years"
        )
    return float(value)
