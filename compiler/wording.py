"""How much is put into one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NAMES = 6


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Return up to so many names, and how many more there are."""
    shown, more = ", ".join(names[:most]), len(names) - most
    return f"{shown} and {more} more" if more > 0 else shown


def quoted(names: Sequence[object], most: int = MOST_NAMES) -> str:
    """Return the same with every name in quotes, as findings have them."""
    return listed([f"`{name}`" for name in names], most)


def cut(text: str, most: int) -> str:
    """Return a text, cut where it is too long to be read."""
    return text if len(text) <= most else text[: most - 3] + "..."
