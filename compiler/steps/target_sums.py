"""Places that add up to the nation: which family is compared with which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.steps.target_pairs import Pair

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target


class Sum(NamedTuple):
    """The comparison of a target with a national one: what the runtime needs, and the other target."""

    parameters: dict[str, Any]
    whole: Definition[Target]


def adding_up(context: Context, target: Definition[Target]) -> Sum | None:
    """Return what a target adds up to; None where it adds up to nothing, or to something else."""
    rule = target.spec.adds_up_to
    if rule is None:
        return None
    whole: Definition[Target] | None = context.find("targets", rule.target, target.at("adds_up_to", "target"))
    if whole is None or not _of_the_nation(context, target, whole):
        return None
    pairs = Pair(context, target, whole, rule, "adds_up_to", "target").families()
    if pairs is None:
        return None
    compared = {"target": rule.target, "families": pairs, "within": rule.within, "report": rule.report}
    return Sum(compared, whole)


def _of_the_nation(context: Context, target: Definition[Target], whole: Definition[Target]) -> bool:
    place = target.at("adds_up_to", "target")
    if target.spec.geography.level == "nation":
        message = f"`{target.name}` has no places that could add up"
        context.say("SPC615", message, place, "add `geography:`, or remove `adds_up_to`")
        return False
    if whole.spec.geography.level != "nation":
        message = f"`{whole.name}` is of the {whole.spec.geography.level}, not of the nation"
        context.say("SPC615", message, place, "name a target without `geography:`")
        return False
    return True
