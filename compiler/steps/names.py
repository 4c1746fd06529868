"""The names of the bundle's variables, against those of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.context import Context


def check_names(context: Context) -> None:
    """Say which variables of the bundle go by the name of one of the engine's."""
    for name, variable in context.recipe.variables.items():
        if name in context.engine:
            message = f"`{name}` is the name of a variable of {context.engine.name}"
            help_ = "choose another name, or remove it to have the engine's"
            context.say("SPC112", message, variable.key, help_)
