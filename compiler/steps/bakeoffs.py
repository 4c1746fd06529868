"""Bake-offs: no step of the pipeline, but checked with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from compiler.context import Context
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
