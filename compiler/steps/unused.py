"""What a bundle declares and nothing uses: most often a slip in a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.model.recipe import KINDS

if TYPE_CHECKING:
    from compiler.context import Context

# Variables are read by expressions, and nothing refers to a bake-off.
_NEVER_NAMED = ("variables", "bakeoffs")


def say_unused(context: Context) -> None:
    """Warn of every definition that no step refers to, where every step could be followed to its end."""
    if context.incomplete or context.recipe.broken or context.recipe.partial or not context.frame.rows:
        return
    for kind in KINDS:
        if kind in _NEVER_NAMED:
            continue
        for name, definition in getattr(context.recipe, kind).items():
            if (kind, name) not in context.used:
                context.say(
                    "SPC507",
                    f"nothing uses `{name}` of `{kind}`",
                    definition.key,
                    "remove it, or name it in the pipeline",
                )
