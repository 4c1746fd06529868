"""The surface of a plan: which variable each export writes, and which node it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan.document import Node, Plan


class SurfaceEvent(StrEnum):
    """What happens to a variable of an export."""

    ENTERS = "enters"
    LEAVES = "leaves"
    CHANGES_OWNER = "changes_owner"
    IS_RENAMED = "is_renamed"


@dataclass(frozen=True, slots=True)
class SurfaceChange:
    """A variable that enters or leaves an export, or is written by another node (`before`, `after`).

    `was` is the name it had, where it has another one now.
    """

    export: str
    entity: str
    variable: str
    event: SurfaceEvent
    before: str | None
    after: str | None
    was: str | None = None


_Key = tuple[str, str, str]
_Surface = dict[_Key, str]


def surface_changes(
    before: Plan, after: Plan, renamed: Mapping[str, str] | None = None
) -> tuple[SurfaceChange, ...]:
    """Return the variables that enter, leave, change owner or are `renamed` (old to new).

    Sorted by export, entity and name.

    An export that is added or removed as a whole brings or takes all its variables.
    """
    old, new = _surface(before), _surface(after)
    earlier = _renamed(old, new, renamed or {})
    gone = set(earlier.values())
    keys = sorted(key for key in {*old, *new} - gone if old.get(key) != new.get(key))
    return tuple(
        SurfaceChange(*key, SurfaceEvent.IS_RENAMED, old[earlier[key]], new[key], was=earlier[key][2])
        if key in earlier
        else SurfaceChange(*key, _event(key, old, new), old.get(key), new.get(key))
        for key in keys
    )


def _renamed(before: _Surface, after: _Surface, renamed: Mapping[str, str]) -> dict[_Key, _Key]:
    """Return what entered under a new name, with what left under the old one."""
    left = [key for key in before if key not in after and key[2] in renamed]
    pairs = {(export, entity, renamed[name]): (export, entity, name) for export, entity, name in left}
    return {new: old for new, old in pairs.items() if new in after and new not in before}


def _surface(plan: Plan) -> _Surface:
    exports = [node for node in plan.nodes if node.operation == "export"]
    return {key: owner for node in exports for key, owner in _written(node).items()}


def _written(node: Node) -> _Surface:
    names = {*node.parameters["columns"], *node.parameters["variables"]}
    return {
        (node.address, entity, name): ref.node
        for frame in node.inputs.frames.values()
        for entity, refs in frame.columns.items()
        for name, ref in refs.items()
        if name in names
    }


def _event(key: tuple[str, str, str], before: _Surface, after: _Surface) -> SurfaceEvent:
    if key not in before:
        return SurfaceEvent.ENTERS
    return SurfaceEvent.CHANGES_OWNER if key in after else SurfaceEvent.LEAVES
