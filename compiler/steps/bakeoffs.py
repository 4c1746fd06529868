"""Bake-offs: no step of the pipeline, but checked with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.bakeoffs import Bakeoff
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def check_bakeoffs(context: Context) -> None:
    """Check every bake-off of the bundle."""
    for definition in context.recipe.bakeoffs.values():
        imputation: Definition[Imputation] | None = context.find(
            "imputations", definition.spec.imputation, definition.at("imputation")
        )
        if imputation is not None:
            _check_folds(context, definition, imputation)
            _check_cells(context, definition, imputation)
        _check_methods(context, definition)


def _check_folds(
    context: Context, definition: Definition[Bakeoff], imputation: Definition[Imputation]
) -> None:
    """Say where a fold could hold a part of a donor: only persons stand in every group."""
    by, entity = definition.spec.folds.by, imputation.spec.entity
    if entity != "person" and by not in (entity, "household"):
        message = f"the donors are of {entity}, and one of them may lie in more than one {by}"
        context.say(
            "SPC302", message, definition.at("folds", "by"), f"write `by: {entity}` or `by: household`"
        )
    for giving in context.giving.get(imputation.name, ())[:1]:
        _check_ids(context, definition, giving.donor, entity)


def _check_ids(context: Context, definition: Definition[Bakeoff], donor: Frame, entity: str) -> None:
    """Say where the ids that keep donors together cannot be read, row by row of the donors."""
    name = definition.spec.folds.ids
    if name is None or not context.readable(donor, name, definition.at("folds", "ids")):
        return
    owner = donor.entity_of(name)
    if owner not in (entity, "household") and entity != "person":
        message = f"`{name}` belongs to {owner}, the donors are of {entity}"
        context.say(
            "SPC302", message, definition.at("folds", "ids"), f"use a column of {entity} or of household"
        )


def _check_cells(
    context: Context, definition: Definition[Bakeoff], imputation: Definition[Imputation]
) -> None:
    """Say where a rare cell is told by what the imputation neither reads nor draws."""
    spec = imputation.spec
    known = {*spec.predictors, *spec.drawn}
    for cell, ranges in definition.spec.rare_cells.items():
        for name in ranges.keys() - known:
            message = f"`{name}` is neither a predictor nor a target of `{imputation.name}`"
            help_ = did_you_mean(name, known) or "tell the cell by what is drawn and what it is drawn from"
            context.say("SPC202", message, definition.key_at("rare_cells", cell, name), help_)


def _check_methods(context: Context, definition: Definition[Bakeoff]) -> None:
    methods = list(definition.spec.methods.items())
    for number, (name, model) in enumerate(methods):
        first = next((other for other, earlier in methods[:number] if earlier == model), None)
        if first is not None:
            related = (Related(definition.key_at("methods", first), "the same method"),)
            message = f"`{name}` and `{first}` are the same method with the same parameters"
            context.say(
                "SPC423", message, definition.key_at("methods", name), "change or remove one", related=related
            )
