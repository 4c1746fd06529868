"""Which clones the rows of a frame come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.steps.given import given_clones

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.clones import Clone
    from compiler.model.recipe import Definition


def clones_made(context: Context) -> list[Definition[Clone]]:
    """Return the clones whose steps made rows of the frame, in their order."""
    rows = (row.partition(".") for row in context.frame.rows)
    return [context.recipe.clones[name] for kind, _, name in rows if kind == "clone"]


def household_flags(context: Context) -> dict[str, str]:
    """Return by clone, those that came with a source first, the flag of its households."""
    given = given_clones(context, context.frame.rows)
    flags = {name: clone.flags["household"] for name, clone in given.items()}
    return flags | {clone.name: clone.spec.flags["household"] for clone in clones_made(context)}
