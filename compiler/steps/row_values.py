"""What a column is of a row: an expression, a draw where a condition holds, an aggregate of several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions import Value
from compiler.expressions.values import is_money
from compiler.steps.facts import entity_of
from compiler.steps.months import year_of
from compiler.typed import known_constants, wanted

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.columns import Named, RowValue
    from compiler.model.populations import Population
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.facts import Facts
    from compiler.steps.raw import RawColumns


def value_of(
    context: Context,
    source: Definition[Source],
    raw: RawColumns,
    variable: tuple[str, Facts],
    expression: str | int,
    *path: str,
) -> str:
    """Check an expression for a variable and return its text; an amount of a month becomes the year's."""
    name, facts = variable
    population = source.spec.population
    whole = population is not None and population.rows is not None
    # Nobody knows what an unknown variable would be of, which has been said.
    want = None if entity_of(context, name) is None else (facts.type, f"`{name}`")
    found = raw.typed(expression, want, *path, whole=whole)
    known_constants(context, found, name, facts.values, source, *path)
    if whole:
        _check_whole(context, source, variable, expression, *path)
    if found.value.nullable:
        raw.null_at.setdefault(name, source.at(*path))
    return year_of(source, name, str(expression))


def _check_whole(
    context: Context, source: Definition[Source], variable: tuple[str, Facts], text: str | int, *path: str
) -> None:
    """Say where an amount is that of one row, of which a person has several: nobody's year."""
    name, facts = variable
    parsed = context.parsed(text, source, *path, persons=True)
    if parsed is None or parsed.windows or not parsed.columns or not is_money(facts.unit or ""):
        return
    message = f"`{name}` is an amount, and this gives that of one of a person's rows"
    help_ = f"write `sum({text}) over person`, or keep one row a person with `where:` and leave `rows:` out"
    context.say("SPC214", message, source.at(*path), help_)


def row_value(
    context: Context,
    source: Definition[Source],
    spec: Population,
    raw: RawColumns,
    variable: tuple[str, Facts],
    rule: RowValue,
) -> dict[str, Any]:
    """Check a value that says more than an expression does; return its part of the column's parameters."""
    name = variable[0]
    path = ("population", "columns", name)
    made: dict[str, Any] = {"row": value_of(context, source, raw, variable, rule.value, *path, "value")}
    if rule.take is not None and spec.rows is None:
        message = "nobody has several rows here, of which the first one could count"
        context.say("SPC208", message, source.key_at(*path, "take"), "remove `take:`, or write `rows:`")
    if rule.take is not None:
        made["take"] = rule.take
    if rule.draw is None or rule.when is None:
        return made
    _check_drawn(context, source, spec, variable)
    condition = raw.text(rule.when, ("bool", "`when`"), *path, "when", whole=spec.rows is not None)
    first = context.first_name("variables", name)
    # What is drawn under another name is drawn from the same stream.
    return made | {"draw": list(rule.draw), "when": condition} | ({"stream": first} if first != name else {})


def _check_drawn(
    context: Context, source: Definition[Source], spec: Population, variable: tuple[str, Facts]
) -> None:
    (name, facts), path = variable, ("population", "columns", variable[0])
    wanted(context, Value("int"), (facts.type, f"`{name}`"), source, *path, "draw")
    if spec.members is not None:
        help_ = "give each member its value, as in `{child: {draw: [0, 17]}}`"
        context.say("SPC208", "a row holds several members here", source.key_at(*path, "draw"), help_)
    elif facts.entity != "person":
        message = f"`{name}` belongs to {facts.entity}, but is drawn person by person"
        context.say("SPC302", message, source.key_at(*path), "draw a variable of persons")


def named_value(
    context: Context,
    source: Definition[Source],
    spec: Population,
    raw: RawColumns,
    variable: tuple[str, Facts],
    rule: Named,
) -> dict[str, Any]:
    """Check a count of those who name a person; return its part of the column's parameters."""
    (name, facts), path = variable, ("population", "columns", variable[0])
    by = [
        raw.text(text, ("int", "a name of a person"), *path, "named_by", number)
        for number, text in enumerate(rule.named_by)
    ]
    own = raw.text(rule.name, ("int", "a name of a person"), *path, "name")
    wanted(context, Value("int"), (facts.type, f"`{name}`"), source, *path, "named_by")
    if spec.members is not None or spec.rows is not None:
        help_ = "count what the rows say of their members, or what the months do"
        context.say("SPC208", "no row is one person here", source.key_at(*path, "named_by"), help_)
    elif facts.entity != "person":
        message = f"`{name}` belongs to {facts.entity}, but is a person's count"
        context.say("SPC302", message, source.key_at(*path), "count into a variable of persons")
    elif rule.within == "person":
        message = "a person is no group of others"
        context.say("SPC302", message, source.at(*path, "within"), "name a group, as in `within: household`")
    return {"named_by": by, "own_name": own, "within": rule.within}


def may_have_members(context: Context, source: Definition[Source], spec: Population, name: str) -> bool:
    """Tell whether a column can be given member by member; say why not."""
    if spec.members is not None:
        return True
    place = source.key_at("population", "columns", name)
    message = f"`{name}` is given member by member, but a row is one person here"
    context.say("SPC208", message, place, "write one expression, or say who lives in a row under `members:`")
    return False
