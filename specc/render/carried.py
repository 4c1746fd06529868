"""Who carries facts: originals alone, originals with a clone, all households."""

from __future__ import annotations

from typing import Any


def carried_rows(few: dict[str, Any]) -> list[list[str]]:
    """Return by whom so many facts have too few carriers."""
    each = [[f"originals and {clone}", f"{number:,}"] for clone, number in few["with"].items()]
    both = [["all", f"{few['all']:,}"]] if len(each) > 1 else []
    return [["originals alone", f"{few['originals']:,}"], *each, *both]
