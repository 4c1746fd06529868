"""Calibration targets compared: which families of facts enter, leave, or play another role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.plan.document import Plan

_PREFIX = "facts."


class TargetEvent(StrEnum):
    """What happens to a family of targets."""

    ADDED = "added"
    REMOVED = "removed"
    ROLE_CHANGED = "role_changed"
    MEASURE_CHANGED = "measure_changed"


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A family that is added (`after` is its role), removed (`before`), or has another role or measure."""

    target: str
    family: str
    event: TargetEvent
    before: str | None = None
    after: str | None = None


def target_changes(before: Plan, after: Plan) -> tuple[TargetChange, ...]:
    """Return what happens to families of targets, sorted by target and family."""
    old, new = _families(before), _families(after)
    changes: list[TargetChange] = []
    for target, family in sorted({*old, *new}):
        was, is_ = old.get((target, family)), new.get((target, family))
        changes += _of_family(target, family, was, is_)
    return tuple(changes)


def _families(plan: Plan) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (node.address.removeprefix(_PREFIX), family["name"]): family
        for node in plan.nodes
        if node.operation == "facts"
        for family in node.parameters["families"].values()
    }


def _of_family(
    target: str, family: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[TargetChange]:
    if before is None and after is not None:
        return [TargetChange(target, family, TargetEvent.ADDED, after=after["role"])]
    if before is not None and after is None:
        return [TargetChange(target, family, TargetEvent.REMOVED, before=before["role"])]
    events = {"role": TargetEvent.ROLE_CHANGED, "measure": TargetEvent.MEASURE_CHANGED}
    return [
        TargetChange(target, family, event, before[what], after[what])
        for what, event in events.items()
        if before is not None and after is not None and before[what] != after[what]
    ]
