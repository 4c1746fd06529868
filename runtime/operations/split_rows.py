"""Rows that sum up records become records: drawn ordinary rows, their amounts moved to the row's totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.sql import first, quoted, select

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb


def split_rows(
    rule: dict[str, Any], database: duckdb.DuckDBPyConnection, draws: Callable[[str], np.random.Generator]
) -> dict[str, int]:
    """Replace each row of the table `raw` that sums up records by records.

    A record is an ordinary row, drawn by its weight. All records of a row have the same share of its weight,
    and their amounts are moved so that they sum up to those of the row: by one factor, or, where the drawn
    amounts sum up to nothing or to the other sign, by one addend.
    `draws` gives the random stream of a row by its id. Returns how many rows became how many records.

    Raises:
        NodeFailed: a rule matches no row, a row is of two rules, or no ordinary row is like its records.
    """
    for name in [rule["weight"], *rule["amounts"]]:
        database.execute(f"ALTER TABLE raw ALTER {quoted(name)} TYPE DOUBLE")
    _refuse_twice(database, rule)
    ordinary = f"NOT ({' OR '.join(_holds(part['where']) for part in rule['of'])})"
    (last,) = first(database, f"SELECT max({quoted(rule['id'])}) FROM raw") or (0,)  # noqa: S608
    made: list[pl.DataFrame] = []
    split = 0
    for part in rule["of"]:
        rows = _rows(database, _holds(part["where"]))
        if rows.height == 0:
            remedy = "remove it or mend its condition"
            raise NodeFailed(f"`split: {part['where']}` matches no row", remedy=remedy)
        pool = _rows(database, f"{ordinary} AND {_holds(part['pool'])}")
        for row in rows.iter_rows(named=True):
            start = int(last) + 1 + sum(records.height for records in made)
            made.append(_records(rule, part, row, pool, start, draws(str(row[rule["id"]]))))
        split += rows.height
    _replace(database, ordinary, pl.concat(made))
    return {"rows": split, "records": sum(records.height for records in made)}


def _rows(database: duckdb.DuckDBPyConnection, condition: str) -> pl.DataFrame:
    return select(database, f"SELECT * FROM raw WHERE {condition} ORDER BY rowid")  # noqa: S608


def _refuse_twice(database: duckdb.DuckDBPyConnection, rule: dict[str, Any]) -> None:
    times = " + ".join(f"{_holds(part['where'])}::INT" for part in rule["of"])
    twice = first(
        database,
        f"SELECT {quoted(rule['id'])} FROM raw WHERE {times} > 1 ORDER BY rowid LIMIT 1",  # noqa: S608
    )
    if twice is not None:
        raise NodeFailed(
            f"the row {twice[0]} is split by two rules", remedy="mend the conditions of `split:`"
        )


def _replace(database: duckdb.DuckDBPyConnection, ordinary: str, records: pl.DataFrame) -> None:
    database.execute(f"DELETE FROM raw WHERE NOT {ordinary}")  # noqa: S608
    database.register("records", records.to_arrow())
    database.execute("INSERT INTO raw SELECT * FROM records")


def _holds(condition: str) -> str:
    return f"coalesce(({condition})::BOOLEAN, false)"


def _records(
    rule: dict[str, Any],
    part: dict[str, Any],
    row: dict[str, Any],
    pool: pl.DataFrame,
    start: int,
    random: np.random.Generator,
) -> pl.DataFrame:
    """Return the records of one row."""
    count, weights = part["records"], pool[rule["weight"]].fill_null(0).to_numpy()
    usable = int((weights > 0).sum())
    if usable == 0:
        raise NodeFailed(
            f"no ordinary row with a weight meets `pool: {part['pool']}`", remedy="widen the condition"
        )
    drawn = random.choice(pool.height, size=count, replace=usable < count, p=weights / weights.sum())
    records = pool[np.sort(drawn)]
    moved = [_moved(records[name], row[name]) for name in rule["amounts"]]
    ids = pl.Series(rule["id"], range(start, start + count), dtype=records.schema[rule["id"]])
    weight = pl.Series(rule["weight"], [(row[rule["weight"]] or 0.0) / count] * count, dtype=pl.Float64)
    return records.with_columns(*moved, ids, weight)


def _moved(drawn: pl.Series, wanted: float | None) -> pl.Series:
    """Return amounts with the mean that is wanted."""
    values, mean_wanted = drawn.fill_null(0.0), wanted or 0.0
    mean = float(values.sum()) / values.len()
    if mean * mean_wanted > 0 or (mean_wanted == 0 and mean != 0):
        return (values * (mean_wanted / mean)).alias(drawn.name)
    return (values + (mean_wanted - mean)).alias(drawn.name)
