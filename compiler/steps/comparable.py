"""Whether what a rule compares can be compared: numbers of one unit. Years are the business of `uprate:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.frame import TEXT
from compiler.model.constraints import Zero

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.steps.linear import Linear


def comparable(context: Context, rule: Linear, moved: set[str]) -> bool:
    """Tell whether a rule is about amounts that can be compared and moved; say why where not."""
    frame = context.frame
    message, help_ = _of_type(rule, frame, moved) or _of_unit(rule, context) or ("", "")
    if message:
        context.say("SPC424", message, rule.place, help_)
    return not message


def _of_type(rule: Linear, frame: Frame, moved: set[str]) -> tuple[str, str] | None:
    for name in _compared(rule, frame):
        kind = frame.type_of(name)
        if kind in TEXT:
            return f"`{name}` is text, which no rule can compare", "constrain numbers"
        if kind == "bool" and rule.kind is not Zero:
            return f"`{name}` is a truth value, not an amount", "`zero:` is the one rule that makes it false"
        if kind == "int" and len(rule.names) > 1 and name in moved:
            message = f"`{name}` counts in whole numbers, and `{rule.label}` would make a fraction of it"
            return message, "let `adjust:` name the other side, or write it as a bound"
    return None


def _of_unit(rule: Linear, context: Context) -> tuple[str, str] | None:
    (first, ours), *others = [(n, _unit(context, n)) for n in _compared(rule, context.frame)]
    for name, theirs in others:
        if theirs != ours:
            message = f"`{first}` is in {ours}, `{name}` in {theirs}: they cannot be compared"
            return message, "compare amounts of one unit"
    return None


def _compared(rule: Linear, frame: Frame) -> list[str]:
    """Return the variables of a rule; with them its bound, where that is a single column or variable."""
    return [*rule.names, *({rule.bound} & frame.names() - set(rule.names))]


def _unit(context: Context, name: str) -> str:
    is_stored = name in context.frame.columns
    unit = context.frame.columns[name].unit if is_stored else context.recipe.variables[name].spec.unit
    return unit or "no unit"
