"""Rules of one constraint that no row can meet, as far as that can be proved without data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.constraints import Part, Sum
from compiler.steps.ranges import about_same_rows, first_empty

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.steps.linear import Linear

_HELP = "no row can meet both; remove one, or give each a `where:` of its own"


def contradictions(context: Context, rules: list[Linear]) -> bool:
    """Say which rules cannot hold together; tell whether there are any."""
    found = _of_itself(context, rules) or _circular(context, rules) or _circular_parts(context, rules)
    return found or _bounds(context, rules)


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
    reached = _reached([(rule.names[0], name) for rule in sums for name in rule.names[1:]])
    circle = next((rule for rule in sums if rule.names[0] in reached[rule.names[0]]), None)
    if circle is not None:
        message = f"`{circle.names[0]}` is a part of what it is the total of"
        context.say("SPC419", message, circle.place, "let each total be part of greater totals only")
    return circle is not None


def _circular_parts(context: Context, rules: list[Linear]) -> bool:
    """Say the first part that is at most a whole which is, through others, at most the part."""
    for same in about_same_rows(rules):
        parts = [rule for rule in same if rule.kind is Part]
        reached = _reached([(part, whole) for part, whole in (rule.names for rule in parts)])
        circle = next((rule for rule in parts if rule.names[0] in reached.get(rule.names[1], ())), None)
        if circle is not None:
            part, whole = circle.names
            message = (
                f"`{part}` is a part of `{whole}`, which is itself a part of it: they would all be equal"
            )
            help_ = "remove one of the rules; what is always equal is one variable"
            context.say("SPC419", message, circle.place, help_)
            return True
    return False


def _reached(steps: list[tuple[str, str]]) -> dict[str, set[str]]:
    """Return, name by name, all that steps from it lead to."""
    direct: dict[str, set[str]] = {}
    for one, other in steps:
        direct.setdefault(one, set()).add(other)
    reached = {name: set(found) for name, found in direct.items()}
    for _ in direct:
        reached = {
            name: found.union(*(reached.get(n, set()) for n in found)) for name, found in reached.items()
        }
    return reached


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
    return _out_of_reach(context, rules)


def _meet(one: Linear, other: Linear) -> bool:
    """Tell whether two rules are surely about the same rows, or one about all that the other is about."""
    return one.where is None or other.where is None or one.where == other.where


def _value(rule: Linear) -> float:
    return rule.constant or 0.0


def _out_of_reach(context: Context, rules: list[Linear]) -> bool:
    """Say where bounds that reach a variable through sums and parts exclude each other."""
    found = next((empty for same in about_same_rows(rules) if (empty := first_empty(same))), None)
    if found is None:
        return False
    # Who reaches it through others is the one to mend; bounds of its own are right by themselves.
    blamed, other = sorted((found.low.rule, found.high.rule), key=lambda rule: -len(rule.terms))
    message = (
        f"`{blamed.label}` cannot hold: with the other rules `{found.name}` would be at least "
        f"{found.low.value:g} and at most {found.high.value:g}"
    )
    related = () if other == blamed else (Related(other.place, f"`{other.label}`"),)
    help_ = "widen a bound, or give it a `where:` of its own"
    context.say("SPC419", message, blamed.place, help_, related=related)
    return True
