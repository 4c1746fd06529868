"""Types of expressions at the places they are written: what they read there, and what they are wanted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.expressions import Parsed, Typed, Value, infer
from compiler.expressions.values import COUNT, WORDS, contradict, is_money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.context import Context
    from compiler.frame import Frame, View
    from compiler.model.recipe import Definition, SpecT, Step

# The type that a place wants, and the place in words.
Want = tuple[str, str]
# What a place takes, and what to write instead of what it does not. A fraction would be rounded, a number
# taken for a truth value: both would pass, and mean something else than what is written.
_TAKES = {
    "float": {"int", "float"}, "number": {"int", "float"}, "int": {"int"}, "bool": {"bool"}, "str": {"str"},
    "enum": {"str"},
}  # fmt: skip
_REMEDY = {
    ("float", "bool"): "write `(...)::int`", ("number", "bool"): "write `(...)::int`",
    ("int", "bool"): "write `(...)::int`", ("int", "float"): "write `(...)::bigint`, or divide with `//`",
    ("bool", "int"): "say when it is true, as in `x = 1`",
    ("bool", "float"): "say when it is true, as in `x > 0`",
    ("float", "str"): "write `(...)::double`", ("number", "str"): "write `(...)::double`",
    ("int", "str"): "write `(...)::bigint`", ("bool", "str"): "say when it is true, as in `x = 'yes'`",
    ("str", "int"): "write `(...)::varchar`", ("str", "float"): "write `(...)::varchar`",
    ("str", "bool"): "write `(...)::varchar`", ("str", "date"): "write `(...)::varchar`",
}  # fmt: skip
_WANTED = {"float": "a number", "number": "a number", "int": "a whole number", "bool": "a truth value",
           "str": "text", "enum": "the name of one of its values"}  # fmt: skip


def typed(
    context: Context, parsed: Parsed, columns: Mapping[str, Value], owner: Definition[SpecT], *path: Step
) -> Typed:
    """Return what an expression gives; say at its place what is wrong inside it."""
    found = infer(parsed, columns)
    for problem in found.problems:
        if problem.code == "SPC305":
            # What the expression was meant to read is not known either.
            context.refused.add((owner.kind, owner.name, path))
        context.say(problem.code, problem.message, owner.within(problem.offset, *path), problem.remedy)
    return found


def wanted(context: Context, value: Value, want: Want, owner: Definition[SpecT], *path: Step) -> None:
    """Say where a value is not of the type that its place wants."""
    wish, what = want
    if value.open or value.type in _TAKES[wish]:
        return
    remedy = _REMEDY.get((wish, value.type))
    if remedy is None:
        remedy = "write a `case` that names one of its values" if wish == "enum" else f"write {_WANTED[wish]}"
    fraction = " that may have a fraction" if wish == "int" and value.type == "float" else ""
    message = f"{what} is {_WANTED[wish]}, this gives {WORDS[value.type]}{fraction}"
    context.say("SPC306", message, owner.at(*path), remedy)


def known_constants(
    context: Context,
    found: Typed,
    name: str,
    values: tuple[str, ...] | None,
    owner: Definition[SpecT],
    *path: Step,
) -> None:
    """Say which texts that an expression may give an enum are none of its values."""
    for text, offset in found.constants:
        if values is not None and text not in values:
            help_ = "values: " + ", ".join(values[:12])
            context.say("SPC206", f"`{text}` is not a value of `{name}`", owner.within(offset, *path), help_)


def frame_values(context: Context, frame: Frame, names: frozenset[str]) -> dict[str, Value]:
    """Return what is known of columns and views of a frame: of those that are named, and of others."""
    known = frame.known
    views = frame.views_of(names, known)
    read = names.union(*(view.parsed.columns for view in views)) - known.keys()
    for column in (frame.columns[name] for name in read if name in frame.columns):
        name = column.name
        known[name] = _plain(context, name, column.type, column.unit, nullable=column.nullable)
    for view in views:
        given = infer(view.parsed, known).value
        unit = view.unit or (given.unit if view.type in {"int", "float"} else None)
        known[view.name] = _plain(context, view.name, view.type, unit, nullable=given.nullable)
    return known


def _plain(context: Context, name: str, type_: str, unit: str | None, *, nullable: bool) -> Value:
    if type_ != "enum":
        return Value(type_, nullable, unit)
    variable = context.engine.get(name)
    return Value("str", nullable, values=variable.values if variable else None)


def aggregated(name: str, value: Value | None, entity: str) -> str:
    """Say how one value of a group is had from those of its members: which one is meant, nobody can know."""
    unit = None if value is None else value.unit
    if unit is not None and (unit == COUNT or is_money(unit)):
        return f"aggregate it: `sum({name}) over {entity}`"
    most, least = ("bool_or", "bool_and") if value is not None and value.type == "bool" else ("max", "min")
    return f"choose how: `{most}({name}) over {entity}`, `{least}({name}) over {entity}`, or the head's"


def check_view(context: Context, frame: Frame, view: View) -> None:
    """Say where a variable's value is not of the type or unit that it is declared with."""
    owner = context.recipe.variables[view.name]
    columns = frame_values(context, frame, view.parsed.columns)
    value = typed(context, view.parsed, columns, owner, "value").value
    wanted(context, value, (view.type, f"`{view.name}`"), owner, "value")
    if contradict(view.unit, value.unit):
        message = f"`{view.name}` is declared in {view.unit}, its value is in {value.unit}"
        context.say("SPC307", message, owner.at("unit"), f"write `unit: {value.unit}`, or mend the value")
