"""What is known of a variable: from the engine's snapshot, or from the bundle's own `variables`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from compiler.expressions import ExpressionError, parse
from compiler.expressions.constants import literals
from compiler.suggest import closest, did_you_mean
from compiler.wording import quoted

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span


class Facts(NamedTuple):
    """Entity, type and unit of a variable; the values of an enum; the stretch of the year it is about."""

    entity: str
    type: str
    unit: str | None
    values: tuple[str, ...] | None = None
    per: str | None = None


def variable_facts(context: Context, name: str, span: Span, *, quiet: bool = False) -> Facts:
    """Return the facts of a variable that a step stores; say so when it is unknown or the engine computes it.

    An unknown variable is taken for a person's amount, so that one mistake gives one finding.
    """
    own = context.recipe.variables.get(name)
    if own is not None:
        context.used.add(("variables", name))
        return Facts(own.spec.entity, own.spec.type, own.spec.unit, _values(context, name))
    variable = context.engine.get(name)
    if variable is None:
        if not quiet and not context.may_exist(name):
            known = [*context.engine, *context.recipe.variables]
            help_ = did_you_mean(name, known) or "declare it under `variables:`"
            context.misspelt.update(closest(name, known))
            engine = f"{context.engine.name} {context.engine.version}"
            context.say("SPC202", f"`{name}` is no variable of {engine} nor of this bundle", span, help_)
        return Facts("person", "float", None)
    if variable.computed and not quiet:
        inputs = context.engine.leaves(name) or _before(context, name)
        help_ = f"store what it adds up: {quoted(inputs)}" if inputs else "store its inputs instead"
        message = f"{context.engine.name} computes `{name}`: a stored value would override the law"
        context.say("SPC402", message, span, help_)
    return Facts(variable.entity, variable.type, variable.unit, variable.values, variable.per)


def _values(context: Context, name: str) -> tuple[str, ...] | None:
    """Return all texts that a variable of the bundle can give, None where they are not written out."""
    spec = context.recipe.variables[name].spec
    if spec.type != "str" or spec.value is None:
        return None
    try:
        return literals(parse(str(spec.value)).tree)
    except ExpressionError:
        return None  # said where the value is parsed


def _before(context: Context, name: str) -> list[str]:
    """Return the inputs that a formula starts from, as the engine calls them: `X_before_lsr` for `X`."""
    return sorted(
        n for n in context.engine if n.startswith(f"{name}_before_") and not context.engine.computes(n)
    )


def entity_of(context: Context, name: str) -> str | None:
    """Return the entity of a variable, None when nobody knows it."""
    if name in context.recipe.variables:
        return context.recipe.variables[name].spec.entity
    variable = context.engine.get(name)
    return None if variable is None else variable.entity


def engine_facts(context: Context, names: set[str]) -> dict[str, object]:
    """Return the facts of these engine variables, for the key of a node that reads them.

    The engine's version is none of them: a node that only looks up entities, types, periods and values gives
    what it gave when a release leaves those as they were. `materialise` runs the engine and adds the version.
    """
    facts = {}
    for name in sorted(names):
        variable = context.engine.get(name)
        if variable is not None:
            values = None if variable.values is None else list(variable.values)
            facts[name] = [variable.entity, variable.type, variable.period, variable.kind, values]
    return {"name": context.engine.name, "variables": facts}
