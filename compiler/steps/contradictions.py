"""Rules of one constraint that no row can meet, as far as that can be proved without data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.constraints import Part, Sum

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.steps.linear import Linear

_HELP = "no row can meet both; remove one, or give each a `where:` of its own"


def contradictions(context: Context, rules: list[Linear]) -> bool:
    """Say which rules cannot hold together; tell whether there are any."""
    return _of_itself(context, rules) or _circular(context, rules) or _bounds(context, rules)


def _of_itself(context: Context, rules: list[Linear]) -> bool:
    found = False
    for rule in rules:
        first, *others = rule.names
        if first in others:
            message = f"`{first}` is part of itself in `{rule.label}`"
            context.say("SPC419", message, rule.place, "name different variables")
            found = True
    return found


def _circular(context: Context, rules: list[Linear]) -> bool:
    """Say the first sum whose total is, through other sums, a part of itself."""
    sums = [rule for rule in rules if rule.kind is Sum]
    parts: dict[str, set[str]] = {}
    for rule in sums:
        parts.setdefault(rule.names[0], set()).update(rule.names[1:])
    reached = {total: set(direct) for total, direct in parts.items()}
    for _ in parts:
        reached = {
            t: direct.union(*(parts.get(name, set()) for name in direct)) for t, direct in reached.items()
        }
    circle = next((rule for rule in sums if rule.names[0] in reached[rule.names[0]]), None)
    if circle is not None:
        message = f"`{circle.names[0]}` is a part of what it is the total of"
        context.say("SPC419", message, circle.place, "let each total be part of greater totals only")
    return circle is not None


def _bounds(context: Context, rules: list[Linear]) -> bool:
    single = [rule for rule in rules if len(rule.terms) == 1 and rule.constant is not None]
    low = [rule for rule in single if rule.sense != "at_most"]
    high = [rule for rule in single if rule.sense != "at_least"]
    for above in low:
        for below in high:
            if above.names == below.names and _meet(above, below) and _value(above) > _value(below):
                related = (Related(below.place, f"`{below.label}`"),)
                message = f"`{above.label}` and `{below.label}` contradict each other"
                context.say("SPC419", message, above.place, _HELP, related=related)
                return True
    return _out_of_reach(context, rules, low, high)


def _meet(one: Linear, other: Linear) -> bool:
    """Tell whether two rules are surely about the same rows, or one about all that the other is about."""
    return one.where is None or other.where is None or one.where == other.where


def _value(rule: Linear) -> float:
    return rule.constant or 0.0


def _out_of_reach(context: Context, rules: list[Linear], low: list[Linear], high: list[Linear]) -> bool:
    """Say where the bounds of the parts keep a total, or a whole, from what it must be."""
    for rule in (rule for rule in rules if rule.kind in (Sum, Part)):
        least = sum(_least(name, times, rule, low, high) for name, times in rule.terms)
        most = -sum(_least(name, -times, rule, low, high) for name, times in rule.terms)
        if least > 0 or (rule.sense == "equal" and most < 0):
            message = f"`{rule.label}` cannot hold between the bounds of its variables"
            context.say("SPC419", message, rule.place, "widen a bound, or give it a `where:` of its own")
            return True
    return False


def _least(name: str, times: int, rule: Linear, low: list[Linear], high: list[Linear]) -> float:
    """Return the least that a term can be, by the constant bounds on rows that the rule is about."""
    bounds = [b for b in (low if times > 0 else high) if b.names == (name,) and b.where in (None, rule.where)]
    return max((times * _value(bound) for bound in bounds), default=-math.inf)
