"""Facts that are scaled to agree with those of another target: nation, states, districts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.geography import WIDTHS
from compiler.steps.target_pairs import Pair

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target


class Agreement(NamedTuple):
    """What the runtime needs, and the target whose facts stay as they are."""

    parameters: dict[str, Any]
    other: Definition[Target]


def agreement(context: Context, target: Definition[Target]) -> Agreement | None:
    """Return what a target is scaled to; None where it is to nothing, or to what it cannot agree with."""
    rule = target.spec.reconcile
    if rule is None:
        return None
    other: Definition[Target] | None = context.find("targets", rule.to, target.at("reconcile", "to"))
    if other is None or _comes_back(context, target) or not _nested(context, target, other):
        return None
    pairs = Pair(context, target, other, rule, "reconcile", "to").families()
    if pairs is None:
        return None
    # What both know of a place are the first digits of its code: of a district those of its state.
    digits = min(_width(target), _width(other))
    parameters = {"to": rule.to, "families": pairs, "digits": digits, "at_most": rule.at_most}
    return Agreement({"reconcile": parameters}, other)


def _width(target: Definition[Target]) -> int:
    level = target.spec.geography.level
    return 0 if level == "nation" else WIDTHS[level]


def _nested(context: Context, target: Definition[Target], other: Definition[Target]) -> bool:
    """Tell whether places of one lie in those of the other; say so where they do not."""
    levels = {each.spec.geography.level for each in (target, other)}
    if len(levels) == 2 and levels != {"district", "county"}:
        return True
    words = " and ".join(f"`{each.name}` of the {each.spec.geography.level}" for each in (target, other))
    message = f"neither adds up to the other: {words}"
    help_ = "name a target of the nation, of states, or of places that lie in these"
    context.say("SPC631", message, target.at("reconcile", "to"), help_)
    return False


def _comes_back(context: Context, target: Definition[Target]) -> bool:
    """Tell whether facts would be scaled to themselves; said once, where the first of the circle says it."""
    seen = [target.name]
    while (found := context.recipe.targets.get(seen[-1])) is not None and found.spec.reconcile is not None:
        name = found.spec.reconcile.to
        if name in seen:
            circle = seen[seen.index(name) :]
            if target.name == min(circle):
                way = " -> ".join(f"`{each}`" for each in (*circle, name))
                message = f"facts are scaled to themselves: {way}"
                help_ = "leave out one: facts that nothing scales are what the others agree with"
                context.say("SPC631", message, target.at("reconcile", "to"), help_)
            return True
        seen.append(name)
    return False
