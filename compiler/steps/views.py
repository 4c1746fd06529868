"""The bundle's own variables that have a value: computed whenever they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.frame import View

if TYPE_CHECKING:
    from compiler.context import Context


def views(context: Context) -> dict[str, View]:
    """Return the views of the bundle, parsed. What is wrong with an expression is said once."""
    found: dict[str, View] = {}
    for name, definition in context.recipe.variables.items():
        if definition.spec.value is None:
            continue
        parsed = context.parsed(definition.spec.value, definition, "value")
        if parsed is not None:
            found[name] = View(
                name, definition.spec.entity, definition.spec.type, parsed, definition.at("value")
            )
    return found
