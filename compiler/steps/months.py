"""Amounts that the engine knows by the month: the spec says whether a source gives a month's or the year's.

A frame holds the year's: that is what the engine takes, spreads evenly over its months and adds up again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.model.columns import Draw, RowValue

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.columns import Column
    from compiler.model.populations import Population
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source


def check_months(context: Context, source: Definition[Source], spec: Population) -> None:
    """Say which amounts of a month have no `per:`, and which entries of it are about no such amount."""
    kept = spec.columns.keys() - spec.dropped
    for name in sorted(kept):
        if _is_spread(context, name) and name not in spec.per:
            place = source.key_at("population", "columns", name)
            message = (
                f"{context.engine.name} knows `{name}` by the month: is this amount a month's or the year's?"
            )
            help_ = (
                f"write `per: {{{name}: month}}` beside `columns:`, or `year`; a month's is multiplied by 12"
            )
            context.say("SPC308", message, place, help_)
    for name, per in spec.per.items():
        _check_entry(context, source, spec, name, per)


def _check_entry(context: Context, source: Definition[Source], spec: Population, name: str, per: str) -> None:
    place = source.key_at("population", "per", name)
    rule = spec.columns.get(name)
    if rule is None:
        context.say(
            "SPC308", f"`{name}` has a `per:`, but no column makes it", place, "remove it from `per:`"
        )
    elif not _is_spread(context, name) and not context.may_exist(name):
        message = f"`{name}` is no amount that {context.engine.name} knows by the month"
        context.say(
            "SPC308", message, place, "remove it from `per:`; multiply in the expression where you must"
        )
    elif per == "month" and _is_drawn(rule):
        help_ = "draw an amount of the year, and write `year`"
        context.say("SPC308", f"`{name}` is drawn, which gives no amount of a month", place, help_)


def _is_drawn(rule: Column) -> bool:
    if isinstance(rule, RowValue):
        return rule.draw is not None
    return isinstance(rule, dict) and any(isinstance(value, Draw) for value in rule.values())


def year_of(source: Definition[Source], name: str, text: str) -> str:
    """Return the text of an expression that gives the year's amount of a variable."""
    population = source.spec.population
    is_month = population is not None and population.per.get(name) == "month"
    return f"({text}) * 12" if is_month else text


def _is_spread(context: Context, name: str) -> bool:
    variable = context.engine.get(name)
    own = name in context.recipe.variables
    return variable is not None and not own and variable.spread and variable.type in {"int", "float"}
