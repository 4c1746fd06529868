"""Facts about a frame, and the matrix of what each record adds to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A known total: of an amount over the records, or of the records themselves.

    Attributes:
        value: what the weighted total should be, in the unit of `sum`.
        sum: a column or SQL expression (DuckDB dialect) over the frame; None counts records.
        where: a SQL condition that records are counted under; None counts all.
        name: what messages and results call it; None for what it says.
        tolerance: the relative miss that is about as good as none, > 0; None for a fact to be met exactly.
    """

    value: float
    sum: str | None = None
    where: str | None = None
    name: str | None = None
    tolerance: float | None = None

    @property
    def label(self) -> str:
        """The name, or what the fact says."""
        what = "count" if self.sum is None else f"sum of {self.sum}"
        return self.name or (what if self.where is None else f"{what} where {self.where}")


def matrix_of(frame: pl.DataFrame, facts: Sequence[Fact]) -> csr_matrix:
    """Return the CSR (rows, facts), float64, of what one unit of a row's weight adds to each fact.

    Raises:
        ValueError: an expression that DuckDB cannot carry out, or one that is null or not finite in a row
            that its condition chooses.
    """
    values, rows, starts = [np.zeros(0)], [np.zeros(0, np.int32)], [0]
    with duckdb.connect(config={"enable_external_access": "false"}) as database:
        database.register("frame", frame.to_arrow())
        for fact in facts:
            added = _column(database, fact, frame.height)
            carriers = np.flatnonzero(added)
            values.append(added[carriers])
            rows.append(carriers.astype(np.int32))
            starts.append(starts[-1] + len(carriers))
    from_facts = csr_matrix(
        (np.concatenate(values), np.concatenate(rows), np.asarray(starts)), shape=(len(facts), frame.height)
    )
    return from_facts.T.tocsr()


def _column(database: duckdb.DuckDBPyConnection, fact: Fact, height: int) -> npt.NDArray[np.float64]:
    amount = "1" if fact.sum is None else f"({fact.sum})"
    chosen = "true" if fact.where is None else f"coalesce(({fact.where}), false)"
    query = f"SELECT CASE WHEN {chosen} THEN CAST({amount} AS DOUBLE) ELSE 0 END AS added FROM frame"  # noqa: S608
    try:
        found = database.execute(query).fetchnumpy()["added"]
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise ValueError(f"fact `{fact.label}`: {first}") from error
    values = np.ma.filled(np.ma.asarray(found, np.float64), np.nan)
    if len(values) != height:
        raise ValueError(f"fact `{fact.label}`: it gives {len(values)} values for {height} rows")
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        remedy = f"say what is meant with `where: {fact.sum} IS NOT NULL` or coalesce({fact.sum}, 0)"
        raise ValueError(f"fact `{fact.label}`: row {row} is chosen, and what it adds is missing; {remedy}")
    return values
