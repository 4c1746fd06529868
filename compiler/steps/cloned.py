"""Which clones the rows of a frame come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.steps.given import given_clones

if TYPE_CHECKING:
    from compiler.context import Context


def household_flags(context: Context) -> dict[str, str]:
    """Return by clone, those that came with a source first, the flag of its households."""
    given = given_clones(context, context.frame.rows)
    made = (row.partition(".") for row in context.frame.rows)
    names = [name for kind, _, name in made if kind == "clone"]
    flags = {name: clone.flags["household"] for name, clone in given.items()}
    return flags | {name: context.recipe.clones[name].spec.flags["household"] for name in names}
