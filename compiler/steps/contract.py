"""What the files of an export must hold, and what they may not, against what they are going to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.steps.exported import STRUCTURE
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.finish import Contract, Export
    from compiler.model.recipe import Definition
    from compiler.steps.exported import Exported


def check_contract(context: Context, export: Definition[Export], held: Exported) -> None:
    """Say which required variables an export does not hold, and which prohibited ones it does."""
    spec = export.spec
    if spec.policyengine is None and spec.parquet is None:
        return
    for name, place, related in _names(context, export, "require", spec.require):
        of_engine = name in context.engine or name in STRUCTURE
        if not held.has(name, of_engine=of_engine) and not context.may_exist(name):
            why, help_ = _absence(context, held, name)
            message = f"the export `{export.name}` must hold `{name}`, but {why}"
            context.say("SPC608", message, place, help_, related=related)
    for name, place, related in _names(context, export, "prohibit", spec.prohibit):
        if name in held:
            _say_present(context, export, name, place, related)
        # A list that somebody else published may name what nobody makes any more.
        elif not related and not _is_known(context, name):
            context.unknown_column(context.frame, name, place)


def _is_known(context: Context, name: str) -> bool:
    return name in context.engine or name in context.frame or name in context.recipe.variables


def _names(
    context: Context, export: Definition[Export], key: str, listed: Contract
) -> Iterator[tuple[str, Span, tuple[Related, ...]]]:
    """Yield each name of a contract once, with its place: in a reference file that of its line."""
    if not isinstance(listed, str):
        for name in dict.fromkeys(listed):
            yield name, export.at(key, listed.index(name)), ()
    elif listed in context.recipe.references:
        reference = context.recipe.references[listed]
        related = (Related(export.at(key), f"`{export.name}` is held to the list here"),)
        places = {name: position for position, name in reversed([*enumerate(reference.spec.names)])}
        for name, position in places.items():
            yield name, reference.at("names", position), related


def _say_present(
    context: Context, export: Definition[Export], name: str, place: Span, related: tuple[Related, ...]
) -> None:
    column = context.frame.columns.get(name)
    origin = (Related(column.span, "made here"),) if column else ()
    message = f"the export `{export.name}` may not hold `{name}`, but it does"
    help_ = "do not map or draw it, or take it off the list" if column else "take it off the list"
    context.say("SPC609", message, place, help_, related=(*related, *origin))


def _absence(context: Context, held: Exported, name: str) -> tuple[str, str]:
    """Return why a required variable is in no file, and what to do about it."""
    if context.engine.computes(name) and held.engine is not None:
        return f"{context.engine.name} computes it, so its file holds the inputs", _inputs(
            context, held, name
        )
    if name in context.frame.views:
        return "it is computed only where it is read", "map or draw it as a column, or require what it reads"
    if name in context.frame.columns and held.tables is None:
        return f"{context.engine.name} does not know it", "add `parquet:` to the export"
    if name in context.frame.columns:
        return "it is of use while solving only", "take it off the list"
    if context.engine.computes(name):
        return "nothing has computed it", "read it in a target or a validation after `materialise`"
    help_ = (
        did_you_mean(name, context.frame.names()) or "map it in a source, draw it, or take it off the list"
    )
    return "no step writes it", help_


def _inputs(context: Context, held: Exported, name: str) -> str:
    """Say which inputs a computed variable adds up, and whether the export holds them."""
    leaves = context.engine.leaves(name)
    if not leaves:
        return "require the inputs of its formula instead, which the snapshot does not list"
    there = ", ".join(f"`{leaf}`" for leaf in leaves if leaf in held) or "none"
    absent = ", ".join(f"`{leaf}`" for leaf in leaves if leaf not in held) or "none"
    return f"require what it adds up instead; held: {there}; not held: {absent}"
