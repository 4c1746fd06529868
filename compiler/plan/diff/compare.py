"""Two plans in, what differs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.diff.document import Action, ChangeClass, NodeDiff, PlanDiff, Totals
from compiler.plan.diff.metadata import metadata_changes, settings_changes
from compiler.plan.diff.moves import moved_variables, moves, with_moves
from compiler.plan.diff.node import node_alone, node_diff
from compiler.plan.diff.renames import likely_renames
from compiler.plan.diff.surface import surface_changes
from compiler.plan.diff.targets import target_changes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.plan.diff.surface import SurfaceChange
    from compiler.plan.document import Plan

_RUNS = (Action.ADD, Action.CHANGE, Action.RERUN)


def compare(before: Plan, after: Plan) -> PlanDiff:
    """Return what happens to every node when `after` is built where `before` was.

    Nodes are matched by their address, which is a declared name and never a path, so that moving a block
    to another file changes nothing; one that moved is matched by the address it has now.
    """
    moved = moves(before, after)
    before = with_moves(before, moved)
    surface = surface_changes(before, after, moved_variables(after))
    nodes = _nodes(before, after, _nodes_of(surface))
    settings, metadata = settings_changes(before, after), metadata_changes(before, after)
    return PlanDiff(
        bundle=after.bundle, before_key=before.key, after_key=after.key,
        change_class=_worst(nodes, others=bool(settings or metadata or moved)),
        nodes=nodes, surface=surface, targets=target_changes(before, after),
        settings=settings, metadata=metadata, totals=_totals(nodes), moves=moved,
        renames=likely_renames(before, after),
    )  # fmt: skip


def _nodes(before: Plan, after: Plan, surface: set[str]) -> tuple[NodeDiff, ...]:
    earlier = {node.address: node for node in before.nodes}
    seed = before.seed != after.seed
    changed = {*earlier} - {node.address for node in after.nodes}
    diffs: list[NodeDiff] = []
    for node in after.nodes:
        old = earlier.pop(node.address, None)
        diff = (
            node_alone(node, Action.ADD, surface)
            if old is None
            else node_diff(old, node, changed, surface, seed=seed)
        )
        if diff.action is not Action.REUSE:
            changed.add(node.address)
        diffs.append(diff)
    return (*diffs, *(node_alone(node, Action.REMOVE, surface) for node in earlier.values()))


def _nodes_of(surface: Iterable[SurfaceChange]) -> set[str]:
    """Return the exports that change, and the nodes that write what enters, leaves or changes owner."""
    return {name for change in surface for name in (change.export, change.before, change.after) if name}


def _worst(nodes: Iterable[NodeDiff], *, others: bool) -> ChangeClass | None:
    found = {node.change_class for node in nodes}
    ordered = [change_class for change_class in ChangeClass if change_class in found]
    if ordered:
        return ordered[0]
    return ChangeClass.METADATA if others else None


def _totals(nodes: Iterable[NodeDiff]) -> Totals:
    counts = dict.fromkeys(Action, 0)
    seconds = dict.fromkeys(Action, 0.0)
    for node in nodes:
        counts[node.action] += 1
        seconds[node.action] += node.estimate.seconds
    run = round(sum(seconds[action] for action in _RUNS), 1)
    return Totals(counts, run, round(seconds[Action.REUSE], 1))
