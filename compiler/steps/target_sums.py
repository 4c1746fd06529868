"""Places that add up to the nation: which family is compared with which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition
    from compiler.model.target_parts import AddsUpTo
    from compiler.model.targets import Family, Target


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
    if whole is None or not _of_the_nation(context, target, whole) or not _same_facts(context, target, whole):
        return None
    pairs = rule.families or {name: rule.family or name for name in target.spec.named}
    if not _families_are_there(context, target, whole, rule, pairs):
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


def _same_facts(context: Context, target: Definition[Target], whole: Definition[Target]) -> bool:
    """Tell whether two targets are about the same units of the same year; say where they differ."""
    for what in ("entity", "domain", "period"):
        ours, theirs = _text(target, what), _text(whole, what)
        if ours != theirs:
            message = f"`{target.name}` has `{what}: {ours}`, `{whole.name}` has `{what}: {theirs}`"
            related = (Related(whole.key, f"`{whole.name}`"),)
            help_ = "compare what is counted alike, or remove `adds_up_to`"
            context.say("SPC615", message, target.at("adds_up_to", "target"), help_, related=related)
            return False
    return True


def _text(target: Definition[Target], what: str) -> str:
    value = getattr(target.spec, what)
    return "nothing" if value is None else " ".join(str(value).split())


def _families_are_there(
    context: Context, target: Definition[Target], whole: Definition[Target], rule: AddsUpTo,
    pairs: dict[str, str],
) -> bool:  # fmt: skip
    if rule.family is not None and len(pairs) > 1:
        message = f"`{target.name}` has {len(pairs)} families, `{rule.family}` can be the sum of only one"
        help_ = "remove `family`, and name the families alike"
        context.say("SPC615", message, target.at("adds_up_to", "family"), help_)
        return False
    return _all_sums(context, target, whole, pairs)


def _all_sums(
    context: Context, target: Definition[Target], whole: Definition[Target], pairs: dict[str, str]
) -> bool:
    checks = [_is_a_sum(context, target, whole, name, other) for name, other in pairs.items()]
    return all(checks)


def _is_a_sum(
    context: Context, target: Definition[Target], whole: Definition[Target], name: str, other: str
) -> bool:
    ours, theirs = target.spec.named.get(name), whole.spec.named.get(other)
    place = _place(target, name, other)
    if ours is None:
        help_ = "it has: " + ", ".join(target.spec.named)
        context.say("SPC615", f"`{target.name}` has no family `{name}`", place, help_)
        return False
    if theirs is None:
        help_ = "it has: " + ", ".join(whole.spec.named)
        context.say("SPC615", f"`{whole.name}` has no family `{other}`", place, help_)
        return False
    if ours.measure != theirs.measure:
        message = f"`{name}` is `{ours.measure}`, `{whole.name}.{other}` is `{theirs.measure}`"
        context.say("SPC615", message, place, "compare what is measured alike, or remove `adds_up_to`")
        return False
    return _same_concept(context, target, ours, theirs, f"`{whole.name}.{other}`")


def _place(target: Definition[Target], name: str, other: str) -> Span:
    """Return where it is said what a family is compared with."""
    rule = target.spec.adds_up_to
    if rule is not None and rule.families:
        return target.at("adds_up_to", "families", name)
    return target.at("adds_up_to", "family" if other != name else "target")


def _same_concept(
    context: Context, target: Definition[Target], ours: Family, theirs: Family, other: str
) -> bool:
    if ours.concept is None or theirs.concept is None or ours.concept == theirs.concept:
        return True
    message = f"{ours.concept} amounts cannot add up to {other}, which is {theirs.concept}"
    help_ = "compare amounts of one concept, or remove `adds_up_to`"
    context.say("SPC612", message, target.at("adds_up_to", "target"), help_)
    return False
