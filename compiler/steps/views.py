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
        if parsed is None:
            # Whoever reads it has nothing to answer for.
            context.incomplete = True
            continue
        place = definition.at("value")
        found[name] = View(
            name, definition.spec.entity, definition.spec.type, parsed, place, definition.spec.unit
        )
    for name in sorted(_circular(found)):
        message = f"the value of `{name}` depends on itself"
        context.say("SPC304", message, found.pop(name).span, "compute it from columns of the frame")
        context.incomplete = True
    return found


def _circular(views: dict[str, View]) -> set[str]:
    """Return the views that are part of a circle."""
    below = _entangled({name: view.parsed.columns & views.keys() for name, view in views.items()})
    for _ in below:
        below = {name: direct.union(*(below[other] for other in direct)) for name, direct in below.items()}
    return {name for name, reached in below.items() if name in reached}


def _entangled(below: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return only the views from which no end is reached: those in a circle or above one, mostly none."""
    while True:
        rest = {name: found for name, direct in below.items() if (found := direct & below.keys())}
        if len(rest) == len(below):
            return rest
        below = rest
