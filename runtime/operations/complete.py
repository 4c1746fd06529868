"""No missing values where the engine reads: it has none, and would take them for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


def refuse_missing(columns: Iterable[pl.Series]) -> None:
    """Refuse nulls.

    Raises:
        NodeFailed: a column has some; it is named, with their number.
    """
    for column in columns:
        if column.null_count():
            raise NodeFailed(
                f"`{column.name}` has no value in {column.null_count()} of {column.len()} rows, "
                "and the engine takes no nulls",
                remedy=f"say what it is there where `{column.name}` is made, as in coalesce(..., 0)",
            )
