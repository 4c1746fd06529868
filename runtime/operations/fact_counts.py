"""Counts that cannot be: below zero, or of nobody where there is an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.fact_rows import ROW, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

LABELS = "label."


def check_counts(facts: pl.DataFrame, counting: Collection[str]) -> None:
    """Check every fact that counts units; `counting` are the families that do.

    Raises:
        NodeFailed: a count is negative, or zero beside an amount of the same place, band and categories.
    """
    is_count = pl.col("carriers_only") | pl.col("measure").is_in(list(counting))
    counts, sums = facts.filter(is_count), facts.filter(~is_count & (pl.col("value") != 0))
    negative = counts.filter(pl.col("value") < 0)
    if negative.height:
        family, value = negative["family"][0], negative["value"][0]
        raise NodeFailed(
            f"`{family}` counts {value:,.15g}, and nobody counts below zero: {rows_of(negative)}",
            remedy="leave the row out with a reason; an amount is `sum:`, and no row of `counts:`",
        )
    _of_nobody(counts.filter(pl.col("value") == 0), sums)


def _of_nobody(nobody: pl.DataFrame, sums: pl.DataFrame) -> None:
    cell = ["geography", "place", "lower", "upper", *(n for n in sums.columns if n.startswith(LABELS))]
    # A count of an amount speaks of that amount alone, a count of units of whatever they have.
    names = {"__of": "measure", "__row": ROW}
    renamed = (pl.col(old).alias(new) for new, old in names.items())
    told = nobody.select(*cell, "family", "carriers_only", *renamed)
    both = sums.join(told, on=cell, how="inner", nulls_equal=True, suffix="_counted", maintain_order="left")
    against = both.filter(~pl.col("carriers_only_counted") | (pl.col("measure") == pl.col("__of")))
    if against.height:
        first = against.row(0, named=True)
        raise NodeFailed(
            f"`{first['family_counted']}` counts nobody (row {first['__row']}), "
            f"`{first['family']}` of the same comes to {first['value']:,.15g} (row {first[ROW]})",
            remedy="one of the two rows is wrong: leave it out with a reason",
        )
