"""Why a surface leaves a variable out is checked, not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.steps.files import locked, tables_of
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.surfaces import Exclusion, Surface

_Check = tuple[str, str] | None


def check_exclusions(context: Context) -> None:
    """Say which exclusions of any surface, used or not, contradict the surface, the engine or a source."""
    for surface in context.recipe.surfaces.values():
        included = context.recipe.included(surface)
        for name, exclusion in surface.spec.exclude.items():
            if name in included:
                place = surface.key_at("exclude", name)
                context.say("SPC508", f"`{name}` is both included and excluded", place, "keep one of the two")
            elif (surface.name, name) not in context.strangers:
                _check(context, surface, name, exclusion)


def _check(context: Context, surface: Definition[Surface], name: str, exclusion: Exclusion) -> None:
    place = surface.at("exclude", name, "reason")
    if exclusion.reason == "intentional_divergence" and not exclusion.note:
        message = f"the reason {exclusion.reason} says nothing without a note"
        context.say("SPC504", message, place, "add `note:`")
    check = _REASONS.get(exclusion.reason)
    objection = check(context, surface, name, exclusion) if check else None
    objection = objection or _instead(context, surface, name, exclusion)
    if objection is not None:
        context.say("SPC503", objection[0], place, objection[1])


def _formula_owned(context: Context, _: Definition[Surface], name: str, __: Exclusion) -> _Check:
    variable = context.engine.get(name)
    if variable is None:
        return _unknown(context, name)
    if not variable.computed:
        return f"`{name}` is an input of {context.engine.name}, not computed by it", "include it"
    return None


def _missing_engine_variable(context: Context, _: Definition[Surface], name: str, __: Exclusion) -> _Check:
    if name not in context.engine:
        return None
    return (
        f"{context.engine.name} {context.engine.version} has `{name}`",
        "include it or give the true reason",
    )


def _missing_source_column(
    context: Context, _: Definition[Surface], name: str, exclusion: Exclusion
) -> _Check:
    if exclusion.source is None:
        return "which source lacks the column is not said", "add `source:`"
    source = context.recipe.sources.get(exclusion.source)
    if source is None:
        if ("sources", exclusion.source) in context.recipe.broken or context.recipe.partial:
            return None
        help_ = did_you_mean(exclusion.source, context.recipe.sources) or "name a source of this bundle"
        return f"`sources` has no `{exclusion.source}`", help_
    population = source.spec.population
    if population is not None and name in population.columns and name not in population.dropped:
        return f"`{exclusion.source}` maps a column to `{name}`", "include it or give the true reason"
    return _raw_column(context, source, exclusion.column)


def _raw_column(context: Context, source: Definition[Source], column: str | None) -> _Check:
    """Look for the column in the lock; to the runtime, names of columns are the same in either case."""
    tables = tables_of(source) if column is not None else []
    locks = [lock for table in tables if (lock := locked(context, source, table)) is not None]
    there = {name.lower(): name for lock in locks for name in lock.columns}
    found = there.get(column.lower()) if column is not None else None
    if found is None:
        return None
    return f"the file of `{source.name}` has the column `{found}`", "map it or give the true reason"


def _unsupported_mapping(context: Context, surface: Definition[Surface], name: str, _: Exclusion) -> _Check:
    variable = context.engine.get(name)
    if variable is None:
        return _unknown(context, name)
    drawn = {
        imputation.spec.entity
        for clone in context.recipe.clones.values()
        if surface.name in {part.surface for part in (clone.spec.impute, clone.spec.override) if part}
        and (imputation := context.recipe.imputations.get(clone.spec.imputation))
    }
    if variable.entity in drawn:
        message = f"`{name}` belongs to {variable.entity}, and so does the imputation"
        return message, "include it or give the true reason"
    return None


def _instead(context: Context, surface: Definition[Surface], name: str, exclusion: Exclusion) -> _Check:
    checks = (_used_instead(context, surface, name, instead) for instead in exclusion.used)
    return next((check for check in checks if check is not None), None)


def _used_instead(context: Context, surface: Definition[Surface], name: str, instead: str) -> _Check:
    own = instead in context.recipe.variables
    variable = None if own else context.engine.get(instead)
    if variable is None and not own:
        return None if context.may_exist(instead) else _unknown(context, instead)
    if variable is not None and variable.computed:
        return f"`{instead}` is computed by {context.engine.name} as well", "name an input"
    if instead not in context.recipe.included(surface):
        message = f"`{instead}` is used instead of `{name}`, but `{surface.name}` does not include it"
        return message, f"add `{instead}` to `include:`"
    return None


def _unknown(context: Context, name: str) -> tuple[str, str]:
    help_ = did_you_mean(name, context.engine) or "the true reason is missing_engine_variable"
    return f"`{name}` is not a variable of {context.engine.name}", help_


_REASONS: dict[str, Callable[[Context, Definition[Surface], str, Exclusion], _Check]] = {
    "formula_owned": _formula_owned,
    "missing_engine_variable": _missing_engine_variable,
    "missing_source_column": _missing_source_column,
    "unsupported_entity_mapping": _unsupported_mapping,
}
