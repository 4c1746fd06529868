"""The engine has no missing values: what it reads has a value in every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.context import Context


def check_nulls(context: Context, names: Iterable[str]) -> None:
    """Say which columns may be without a value where the engine, or its file, reads them."""
    for name in sorted(set(names) - context.nulls):
        column = context.frame.columns.get(name)
        if column is not None and column.null_at is not None:
            message = f"`{name}` may be without a value in some rows, and the engine takes no nulls"
            help_ = "say what it is there, as in `coalesce(..., 0)`, or leave those rows out with `where:`"
            context.say("SPC416", message, column.null_at, help_)
