"""Indices of a published table: what an amount of one year is multiplied by to be of another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import connection, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from runtime.store import Artifact


def table_of_factors(artifact: Artifact, read: dict[str, str]) -> pl.DataFrame:
    """Return the columns of a table of factors."""
    path = artifact.path(DATA)
    with connection(path) as database:
        return select(database, f"SELECT {columns_of(read)} FROM {scan(path, read)}")  # noqa: S608


def growth(rule: Mapping[str, Any], table: pl.DataFrame, index: str, start: int, end: int) -> float:
    """Return the factor from year `start` to year `end`: a product of yearly growth, or a ratio of levels.

    `rule` names the column of years, and says as `concept` whether the index is a growth or a level.

    Raises:
        NodeFailed: the table has no value for a year, or two of them.
    """
    low, high = sorted((start, end))
    grows = rule["concept"] == "growth"
    needed = range(low + 1, high + 1) if grows else (low, high)
    values = [_value(table, rule["year"], year, index) for year in needed]
    factor = math.prod(values) if grows else values[1] / values[0]
    return factor if end >= start else 1 / factor


def _value(table: pl.DataFrame, year: str, wanted: int, index: str) -> float:
    """Return an index's value in a year; it must be there once, finite and above zero."""
    found = table.filter(table[year] == wanted)[index]
    value = found[0] if found.len() == 1 else None
    if value is None or not 0 < value < math.inf:
        what = "no value" if found.len() == 0 or value is None else f"the value {value:g}"
        what = f"{found.len()} values" if found.len() > 1 else what
        raise NodeFailed(
            f"the index `{index}` has {what} for {wanted}", remedy="use a table that covers the years"
        )
    return float(value)
