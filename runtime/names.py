"""What the files of an artifact are called, and what of them stands for an input in a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def column_file(entity: str, name: str) -> str:
    """Return the file that keeps a column."""
    return f"{entity}.{name}.parquet"


def rows_file(entity: str) -> str:
    """Return the file that keeps the rows of an entity."""
    return f"rows.{entity}.parquet"


def stands_for(
    content: Callable[[str], str], names: Iterable[str], entity: str | None, column: str | None
) -> str:
    """Return the digest of what was really written: of a column, of rows, or of the whole artifact.

    `content` gives the digest of a file, `names` are the files of the artifact.
    """
    if entity is None:
        return digest({name: content(name) for name in names})
    return content(rows_file(entity) if column is None else column_file(entity, column))
