"""`stages:` of a calibration: facts that nothing of its targets can be, and families that never join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.model.stages import Accept
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.context import Context
    from compiler.model.finish import Calibration
    from compiler.model.recipe import Definition
    from compiler.model.stages import Facts, Stage
    from compiler.model.targets import Target

    Targets = Mapping[str, Definition[Target]]


def stages(context: Context, definition: Definition[Calibration], targets: Targets) -> dict[str, Any]:
    """Check the stages of a calibration; return what the runtime needs of them, nothing without any."""
    spec = definition.spec
    if not spec.stages:
        return {}
    known = [
        check_facts_of(context, definition, targets, stage, "stages", name)
        for name, stage in spec.stages.items()
    ]
    if all(known) and len(targets) == len(spec.targets):
        _check_taken(context, definition, targets)
    accept = spec.accept or Accept()
    taken = [{"stage": name, **_parameters(stage)} for name, stage in spec.stages.items()]
    return {"stages": taken, "accept": accept.model_dump()}


def check_facts_of(
    context: Context, definition: Definition[Calibration], targets: Targets, facts: Facts, *path: str
) -> bool:
    """Tell whether all that facts are told by is of the calibration; say what is not."""
    if len(targets) < len(definition.spec.targets):
        return False  # a target is unknown: it may be the one that is meant
    families = {f"{name}.{family}": None for name, each in targets.items() for family in each.spec.named}
    levels = {each.spec.geography.level: None for each in targets.values()}
    found = [
        _known(context, definition, facts.targets, [*targets], "no target `{}`", *path, "targets"),
        _known(context, definition, facts.families, [*families], "no family `{}`", *path, "families"),
        _known(context, definition, facts.geography, [*levels], "no fact about a {}", *path, "geography"),
    ]
    return all(found)


def _known(
    context: Context,
    definition: Definition[Calibration],
    told: Sequence[str],
    there: list[str],
    what: str,
    *path: str,
) -> bool:
    unknown = [(number, name) for number, name in enumerate(told) if name not in there]
    for number, name in unknown:
        message = f"the calibration `{definition.name}` has {what.format(name)}"
        help_ = did_you_mean(name, there) or "it has: " + ", ".join(there[:12])
        context.say("SPC640", message, definition.at(*path, number), help_)
    return not unknown


def _check_taken(context: Context, definition: Definition[Calibration], targets: Targets) -> None:
    """Say which stage takes nothing that is left, and which trained family no stage takes."""
    left = {
        (name, family)
        for name, target in targets.items()
        for family, told in target.spec.named.items()
        if told.role == "train"
    }
    for name, stage in definition.spec.stages.items():
        own = {(t, f) for t, f in left if _takes(stage, targets[t], t, f)}
        if not own and not (stage.places or stage.minimum_carriers):
            message = f"the stage `{name}` takes no trained fact that an earlier one leaves"
            help_ = "remove it, or write it before the one that takes them"
            context.say("SPC641", message, definition.key_at("stages", name), help_)
        if not (stage.places or stage.minimum_carriers or stage.most):
            left -= own
    open_ended = any(s.places or s.minimum_carriers or s.most for s in definition.spec.stages.values())
    if left and not open_ended:
        names = sorted(f"{target}.{family}" for target, family in left)
        more = f" and {len(names) - 1} more" if names[1:] else ""
        message = f"no stage takes `{names[0]}`{more}: such facts are audited, not trained on"
        help_ = "end with a stage that takes what is left, as `rest: {}`, or give them `role: audit`"
        context.say("SPC641", message, definition.key_at("stages"), help_)


def _takes(stage: Stage, target: Definition[Target], name: str, family: str) -> bool:
    is_named = not stage.targets and not stage.families
    is_named = is_named or name in stage.targets or f"{name}.{family}" in stage.families
    return is_named and (not stage.geography or target.spec.geography.level in stage.geography)


def _parameters(stage: Stage) -> dict[str, Any]:
    return {key: value for key, value in stage.model_dump().items() if value}
