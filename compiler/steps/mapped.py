"""Codes of a survey as categories that surveys share: every code that the lock knows has its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions.values import NUMBERS, WORDS, type_of_sql
from compiler.frame import TEXT

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedColumn
    from compiler.context import Context
    from compiler.model.columns import Mapped
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.facts import Facts
    from compiler.steps.raw import RawColumns

_MOST_NAMED = 5


def mapped_value(
    context: Context, source: Definition[Source], raw: RawColumns, variable: tuple[str, Facts], rule: Mapped
) -> dict[str, Any]:
    """Check codes that become categories; return their part of the column's parameters."""
    name, path = variable[0], ("population", "columns", variable[0])
    if _is_text(context, source, variable):
        _check_categories(context, source, variable, rule)
    before = len(context.diagnostics)
    found = raw.typed(rule.column, None, *path, "map")
    column = None if raw.lock is None else raw.lock.columns.get(rule.map)
    if column is not None and len(context.diagnostics) == before:
        _check_codes(context, source, name, rule, column)
    if found.value.nullable or rule.without:
        raw.null_at.setdefault(name, source.at(*path))
    return {"row": rule.text, "codes": {"column": rule.map, "known": rule.known}}


def _is_text(context: Context, source: Definition[Source], variable: tuple[str, Facts]) -> bool:
    name, facts = variable
    if facts.type in TEXT:
        return True
    message = f"codes become categories, which are text; `{name}` is {WORDS[facts.type]}"
    help_ = "map to a variable of `type: str`, or write an expression"
    context.say("SPC306", message, source.key_at("population", "columns", name), help_)
    return False


def _check_categories(
    context: Context, source: Definition[Source], variable: tuple[str, Facts], rule: Mapped
) -> None:
    """Say which categories are no value of an enum."""
    name, facts = variable
    for category in rule.to:
        if facts.values is not None and category not in facts.values:
            place = source.key_at("population", "columns", name, "to", category)
            help_ = "values: " + ", ".join(facts.values[:12])
            context.say("SPC206", f"`{category}` is not a value of `{name}`", place, help_)


def _check_codes(
    context: Context, source: Definition[Source], name: str, rule: Mapped, column: LockedColumn
) -> None:
    """Say which codes of the lock have no place, and where that cannot be known."""
    place = source.at("population", "columns", name, "map")
    kind = type_of_sql(column.type)
    strange = next((code for code in rule.codes if not _is_of(code, kind)), None)
    if strange is not None:
        message = f"`{rule.map}` is {WORDS[kind]}, which the code {strange!r} is not"
        context.say("SPC306", message, place, "write codes as the file does: text in quotes, numbers without")
        return
    if column.codes is None:
        message = f"the lock lists no codes of `{rule.map}`, so that nobody knows which have no place"
        help_ = "map a column of few codes; write an expression for one of many values"
        context.say("SPC441", message, place, help_)
        return
    silent = [code for code in column.codes if code not in rule.codes]
    if silent:
        more = f" and {len(silent) - _MOST_NAMED} more" if len(silent) > _MOST_NAMED else ""
        listed = ", ".join(_said(code) for code in silent[:_MOST_NAMED]) + more
        message = f"`{rule.map}` holds {listed}, which `{name}` gives no place"
        help_ = "add it to a category, or list it under `without:` with a reason"
        context.say("SPC441", message, place, help_)


def _is_of(code: str | float | bool, kind: str) -> bool:  # noqa: FBT001 - a code of a file
    if isinstance(code, bool):
        return kind in {"bool", "unknown"}
    return kind == "unknown" or (kind == "str" if isinstance(code, str) else kind in NUMBERS)


def _said(code: str | float | bool) -> str:  # noqa: FBT001 - a code of a file
    if isinstance(code, bool):
        return str(code).lower()
    return f"'{code}'" if isinstance(code, str) else f"{code:.15g}"
