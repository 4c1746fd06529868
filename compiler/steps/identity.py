"""Columns that say who a row is and for how many it stands: references and weights, by what is declared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.replicates import ReplicateWeights
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.frame import Column, Frame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition

# What a name looks like; nothing follows from it but that somebody is asked.
_IDS = re.compile(r"(^|_)ids?$", re.IGNORECASE)
_WEIGHTS = re.compile(r"(^|_)weights?(_?\d+)?$|(^|_)weights?_", re.IGNORECASE)


def references(context: Context, frame: Frame) -> dict[str, str]:
    """Return the stored columns that hold ids of an entity, by name, with the entity."""
    declared = {name: definition.spec.refers_to for name, definition in context.recipe.variables.items()}
    return {name: entity for name in sorted(frame.columns) if (entity := declared.get(name)) is not None}


def weights(context: Context, frame: Frame) -> list[str]:
    """Return the stored columns that are weights beside the frame's own: declared, or named as replicates."""
    declared = {name for name, definition in context.recipe.variables.items() if definition.spec.weight}
    named = {name for spec in _replicates(context) for name in _named(spec, frame)}
    return sorted((declared | named) & frame.columns.keys() - {WEIGHT, INTERNAL_WEIGHT})


def _replicates(context: Context) -> Iterator[ReplicateWeights]:
    for definition in context.recipe.calibrations.values():
        if isinstance(definition.spec.replicates, ReplicateWeights):
            yield definition.spec.replicates


def _named(spec: ReplicateWeights, frame: Frame) -> list[str]:
    of = [] if spec.of is None else [spec.of]
    if not isinstance(spec.columns, str):
        return [*spec.columns, *of]
    prefix = spec.columns.removesuffix("*")
    return [*(name for name in frame.columns if name.startswith(prefix)), *of]


def say_undeclared(context: Context, frame: Frame) -> None:
    """Say which columns that are copied look like an id or a weight, and are declared as neither."""
    known = {WEIGHT, INTERNAL_WEIGHT, *references(context, frame), *weights(context, frame)}
    for name in sorted(frame.columns.keys() - known):
        column = frame.columns[name]
        if column.type != "bool" and _is_of_source(column):
            _say(context, column)


def _is_of_source(column: Column) -> bool:
    """Tell whether a column is one that a source brings: what a step of ours makes is no id."""
    return column.owner is not None and column.owner.definition.startswith("sources.")


def _say(context: Context, column: Column) -> None:
    if _IDS.search(column.name):
        what, fate, declared = "an id", "copies would refer to originals", "`refers_to:` the entity"
    elif _WEIGHTS.search(column.name) and column.type in ("float", "int"):
        what, fate, declared = "a weight", "copies would keep the weight of originals", "`weight: true`"
    else:
        return
    message = f"`{column.name}` looks like {what}, and is declared as neither id nor weight: {fate}"
    help_ = f"declare it under `variables:` with {declared}; if it is none, ignore this with a reason"
    context.say("SPC453", message, column.span, help_)


def is_identity(context: Context, name: str) -> bool:
    """Tell whether a variable is declared to hold ids or weights."""
    definition = context.recipe.variables.get(name)
    return definition is not None and (definition.spec.refers_to is not None or definition.spec.weight)


def check_drawn(context: Context, imputation: Definition[Imputation]) -> None:
    """Say which targets are ids or weights: a donor's mean nothing in another frame."""
    for name, block in imputation.spec.drawn.items():
        if not is_identity(context, name):
            continue
        definition = context.recipe.variables[name]
        spec = definition.spec
        what = "a weight" if spec.weight else f"an id of {spec.refers_to}"
        number = imputation.spec.blocks[block].targets.index(name)
        message = f"`{name}` is {what}: that of a donor means nothing here"
        related = (Related(definition.key, "declared here"),)
        place = imputation.at("blocks", block, "targets", number)
        context.say("SPC456", message, place, "take it out of the targets", related=related)
