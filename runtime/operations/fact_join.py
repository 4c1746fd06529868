"""Records joined to the facts that they count for: equal codes and equal bins, never every pair compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from runtime.operations.facts import CODE_SEPARATOR, CODES
from runtime.sql import connection, quoted, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BIN, BAND = "__bin", "__band"


def matched(variable: str) -> str:
    """Return the column that holds a record's category, or its place."""
    return f"__match_{variable}"


def contributions(
    records: pl.DataFrame, family: pl.DataFrame, measure: str, match: Sequence[str], place: str | None
) -> pl.DataFrame:
    """Return the triples of one family: what a household adds to a fact, in the order of its records.

    `match` are the variables whose codes must be among a fact's, `place` the one that must be its place.
    Facts that ask for the same of them are joined together: by the codes they ask for, and by the bin that a
    record's band variable lies in, so that the work is that of the pairs that belong together.
    """
    bounds = _bounds(family)
    binned = records.with_columns(_bins(records[BAND], bounds))
    names = [*match, *([place] if place is not None else [])]
    shapes = list(_shapes(_cells(family, bounds, match, place), [BIN, *map(matched, names)]))
    amount = f"({quoted(measure)} <> 0)::DOUBLE" if family["carriers_only"][0] else quoted(measure)
    with connection(as_written=True) as database:
        # Facts are the side that is looked up and records the side that streams past: a household's amounts
        # are added up in the order of its records, whichever side is larger, and so to the same last digit.
        columns = ["household", measure, BIN, *map(matched, names)]
        database.register("r", binned.select(columns).filter(pl.col(measure) != 0).to_arrow())
        for number, (_, facts) in enumerate(shapes):
            database.register(f"f{number}", facts.to_arrow())
        return select(database, query([keys for keys, _ in shapes], amount))


def query(shapes: Sequence[Sequence[str]], amount: str) -> str:
    """Return the SQL of one family: a join a shape, by what its facts ask for, and one sum over all."""
    joins = [
        f"SELECT r.household, f.fact, {amount} AS amount FROM r {_join(f'f{number}', keys)}"  # noqa: S608
        for number, keys in enumerate(shapes)
    ]
    return f"""
        SELECT household, fact, sum(amount)::FLOAT AS value FROM ({" UNION ALL ".join(joins)})
        GROUP BY ALL HAVING sum(amount) <> 0
    """  # noqa: S608


def _join(facts: str, keys: Sequence[str]) -> str:
    if not keys:
        return f"CROSS JOIN {facts} f"
    return f"JOIN {facts} f ON " + " AND ".join(f"f.{quoted(key)} = r.{quoted(key)}" for key in keys)


def _shapes(cells: pl.DataFrame, keys: list[str]) -> Iterator[tuple[list[str], pl.DataFrame]]:
    """Yield the facts by what they ask for: a null stands for any, and is no key to look them up by."""
    asked = cells.with_columns(pl.concat_list(pl.col(keys).is_not_null()).alias("__asked"))
    for (which,), facts in asked.group_by(["__asked"], maintain_order=True):
        chosen = [key for key, is_asked in zip(keys, which, strict=True) if is_asked]
        yield chosen, facts.select("fact", *chosen)


def _cells(
    family: pl.DataFrame, bounds: Sequence[float], match: Sequence[str], place: str | None
) -> pl.DataFrame:
    """Return one row for each bin of a fact's band and each code that its categories stand for."""
    ends = pl.Series(BIN, bounds, dtype=pl.Float64)
    lower, upper = (family[name].fill_null(0.0) for name in ("lower", "upper"))
    first, last = ends.search_sorted(lower, side="right"), ends.search_sorted(upper, side="right")
    bins = pl.int_ranges(first, last, dtype=pl.Int32, eager=True)
    codes = [pl.col(CODES + name).str.split(CODE_SEPARATOR).alias(matched(name)) for name in match]
    where = [] if place is None else [pl.col("place").alias(matched(place))]
    banded = pl.when(pl.col("lower").is_not_null()).then(bins).alias(BIN)
    rows = family.select("fact", banded, *codes, *where)
    for name in [BIN, *map(matched, match)]:
        rows = rows.explode(name)
    return rows


def _bounds(family: pl.DataFrame) -> Sequence[float]:
    """Return all ends of bands, in order; between two neighbours all records count for the same facts."""
    banded = family.filter(pl.col("lower").is_not_null())
    found: list[float] = pl.concat([banded["lower"], banded["upper"]]).unique().sort().to_list()
    return found


def _bins(values: pl.Series, bounds: Sequence[float]) -> pl.Series:
    """Return the bin of each value, as many as there are ends at or below it; null lies in none."""
    numbers = values.fill_null(float("nan")).to_numpy()
    bins = np.searchsorted(np.asarray(bounds, np.float64), numbers, side="right")
    # NaN sorts above every number, as DuckDB has it: into a bin behind the last end, which no band covers.
    return pl.Series(BIN, bins, dtype=pl.Int32)
