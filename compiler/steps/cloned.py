"""Which clones the rows of a frame come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.context import Context


def household_flags(context: Context) -> dict[str, str]:
    """Return by clone, in the order in which they made rows of the frame, the flag of its households."""
    made = (row.partition(".") for row in context.frame.rows)
    names = [name for kind, _, name in made if kind == "clone"]
    return {name: context.recipe.clones[name].spec.flags["household"] for name in names}
