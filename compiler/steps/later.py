"""Surfaces that a clone promises to be brought onto its rows by later steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.context import Context
    from compiler.frame import Stage
    from compiler.model.clones import Clone
    from compiler.model.recipe import Definition
    from compiler.model.surfaces import Surface

_WRITING = frozenset({"impute", "derive", "draw", "constrain"})


def check_later(context: Context) -> None:
    """Say which variables of `later:` surfaces no step after the clone writes."""
    for at, stage in enumerate(context.stages):
        if stage.kind == "clone" and (definition := context.recipe.clones.get(stage.name)) is not None:
            _check(context, definition, context.stages[at:])


def _check(context: Context, definition: Definition[Clone], stages: Sequence[Stage]) -> None:
    for position, name in enumerate(definition.spec.later):
        surface: Definition[Surface] | None = context.find("surfaces", name, definition.at("later", position))
        if surface is None or context.incomplete:
            continue
        for variable, place in context.recipe.included(surface).items():
            if not _is_written(variable, stages) and not context.may_exist(variable):
                message = f"`{variable}` is in `{name}`, but no step after the clone writes it"
                help_ = "draw or derive it for the copies, or exclude it with a reason"
                context.say("SPC465", message, place, help_)


def _is_written(variable: str, stages: Sequence[Stage]) -> bool:
    """Tell whether a step after the first stage leaves another column of that name than it found."""
    held = [stage.frame.columns.get(variable) for stage in stages]
    pairs = zip(stages[1:], held[1:], held[:-1], strict=True)
    return any(
        stage.kind in _WRITING and now is not None and (before is None or now.ref != before.ref)
        for stage, now, before in pairs
    )
