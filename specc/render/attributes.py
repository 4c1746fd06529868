"""Lines for single differences: attributes of a node, variables of the surface, families of targets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.plan.diff import AttributeChange, Op, SurfaceChange, SurfaceEvent, TargetChange, TargetEvent
from compiler.wording import cut
from specc.render.excerpt import excerpts
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = {Op.ADD: "+", Op.REMOVE: "-", Op.CHANGE: "~"}
_SURFACE = {SurfaceEvent.ENTERS: "+", SurfaceEvent.LEAVES: "-", SurfaceEvent.CHANGES_OWNER: "~"} | {
    SurfaceEvent.IS_RENAMED: "="
}
_TARGET = {TargetEvent.ADDED: "+", TargetEvent.REMOVED: "-"}
# What follows from the spec, and so stands behind what the spec says.
_DERIVED = ("inputs", "engine")
_LONGEST = 90
# Two long values are shown in full up to here: a longer pair is where it differs.
_LONG = 600
_MOST = 12


def attribute_lines(changes: Sequence[AttributeChange], most: int = _MOST) -> list[str]:
    """Return a line a change; the same value in several places shares one, long values get two."""
    lines = [line for group in _groups(changes) for line in _group_lines(group)]
    return _limited(lines, most)


def _groups(changes: Sequence[AttributeChange]) -> list[list[AttributeChange]]:
    """Put together what is one edit seen at several places, so that the first place can stand for it."""
    groups: dict[str, list[AttributeChange]] = {}
    for change in sorted(changes, key=lambda change: change.part in _DERIVED):
        groups.setdefault(_edit(change), []).append(change)
    return list(groups.values())


def _edit(change: AttributeChange) -> str:
    if change.op is Op.CHANGE:
        return json.dumps([change.op, change.before, change.after])
    *head, leaf = change.path
    value = change.after if change.op is Op.ADD else change.before
    # An element of a list and the input of that name are the same edit.
    derived = len(head) > 1 and change.part in _DERIVED and "views" not in head
    return json.dumps([change.op, leaf if derived else value])


def _group_lines(group: Sequence[AttributeChange]) -> list[str]:
    first = group[0]
    also = sorted({change.part for change in group[1:]} - {first.part})
    places = f"  (and {len(group) - 1} more like it)" if len(group) > 1 else ""
    more = f"  (also {', '.join(also)})" if also else places
    before, after = _value(first.before), _value(first.after)
    head = f"{_MARK[first.op]} {first.name}"
    if first.op is not Op.CHANGE:
        value = after if first.op is Op.ADD else before
        return [clean(f"{head}: {cut(value, _LONGEST)}{more}")]
    if len(before) + len(after) <= _LONGEST:
        return [clean(f"{head}: {before} -> {after}{more}")]
    before, after = excerpts(first.before, first.after) if _is_long(before, after) else (before, after)
    return [clean(f"{head}:{more}"), clean(f"    {before}"), clean(f"    -> {after}")]


def _is_long(before: str, after: str) -> bool:
    return len(before) + len(after) > _LONG


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _limited(lines: list[str], most: int) -> list[str]:
    hidden = len(lines) - most
    return [*lines[:most], f"({hidden} more lines; `--format json` has all)"] if hidden > 1 else lines


def surface_lines(changes: Sequence[SurfaceChange]) -> list[str]:
    """Return which variables enter, leave or change owner."""
    lines = [clean(_surface_line(change)) for change in changes]
    return ["surface", *(f"    {line}" for line in _limited(lines, _MOST))] if lines else []


def _surface_line(change: SurfaceChange) -> str:
    said = {
        SurfaceEvent.ENTERS: f"enters {change.export}, written by {change.after}",
        SurfaceEvent.LEAVES: f"leaves {change.export}, was written by {change.before}",
        SurfaceEvent.CHANGES_OWNER: f"in {change.export}: written by {change.before} -> {change.after}",
        SurfaceEvent.IS_RENAMED: f"was {change.was} in {change.export}",
    }
    return f"{_SURFACE[change.event]} {change.variable} ({change.entity}) {said[change.event]}"


def target_lines(changes: Sequence[TargetChange]) -> list[str]:
    """Return which families of targets enter, leave, or have another role or measure."""
    lines = [clean(_target_line(change)) for change in changes]
    return ["targets", *(f"    {line}" for line in _limited(lines, _MOST))] if lines else []


def _target_line(change: TargetChange) -> str:
    name = f"{change.target}.{change.family}"
    if change.event in _TARGET:
        return f"{_TARGET[change.event]} {name} ({change.after or change.before})"
    return f"~ {name} {change.event.value.removesuffix('_changed')}: {change.before} -> {change.after}"
