"""Rows of a table by their number, as messages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

ROW = "row"
_NAMED = 3


def rows_of(facts: pl.DataFrame) -> str:
    """Return the rows of the file that state some facts; the first below the header is row 1."""
    numbers = facts[ROW].unique().sort().to_list()
    named = ", ".join(map(str, numbers[:_NAMED]))
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"row{'s' if len(numbers) > 1 else ''} {named}{more}"
