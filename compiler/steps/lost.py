"""Values that nobody reads before something else takes their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.steps.identity import is_identity

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Column
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def say_lost(context: Context, imputation: Definition[Imputation], block: str, replaced: list[str]) -> None:
    """Say which columns a block replaces on every row, and nothing has read what stood there.

    What another imputation drew is spoken of in any case: one of two draws is the one that is meant.
    """
    for name in replaced:
        column = context.frame.columns.get(name)
        if column is None or column.owner is None or _spoken_of(context, imputation, column):
            continue
        is_drawn = column.owner.definition.startswith("imputations.")
        if is_drawn or (column.ref.node, name) not in context.reads:
            position = imputation.spec.blocks[block].targets.index(name)
            place = imputation.at("blocks", block, "targets", position)
            unread = "" if is_drawn else ", and nothing reads it before"
            message = f"this replaces the `{name}` of `{column.owner.definition}`{unread}"
            related = (Related(column.owner.span, "the value that is lost"),)
            help_ = "write it once: take it out here, or there (`drop:` in a source)"
            context.say("SPC417", message, place, help_, related=related)


def _spoken_of(context: Context, imputation: Definition[Imputation], column: Column) -> bool:
    """Tell whether something else is wrong with a column, so that its being replaced only follows from it."""
    is_predictor = column.name in imputation.spec.predictors
    return (
        is_predictor
        or is_identity(context, column.name)
        or column.entity != imputation.spec.entity
        or column.name in context.misspelt
    )
