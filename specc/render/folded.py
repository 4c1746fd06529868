"""The difference of two plans with one line for what befalls the same step of several draws alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from compiler.plan.addresses import draw_of, in_first_draw

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from compiler.plan.diff import NodeDiff, PlanDiff
    from compiler.plan.diff.surface import SurfaceChange

_T = TypeVar("_T")


def folded(diff: PlanDiff) -> PlanDiff:
    """Return the difference for people: `impute.a.b x 5`, or `impute.a.b@2 to @5`, is one node of it.

    How many there are is said by its totals, which stay as they are.
    """
    nodes = _folded(diff.nodes, _fate, lambda node, name: replace(node, address=name))
    surface = _folded(diff.surface, _change, lambda change, name: replace(change, export=name))
    return replace(diff, nodes=tuple(nodes), surface=tuple(surface))


def _fate(node: NodeDiff) -> tuple[str, Hashable]:
    return node.address, (node.action, node.change_class, node.reasons, node.place)


def _change(change: SurfaceChange) -> tuple[str, Hashable]:
    writers = tuple(None if each is None else in_first_draw(each) for each in (change.before, change.after))
    return change.export, (change.entity, change.variable, change.event, writers)


def _folded(
    entries: Iterable[_T], said: Callable[[_T], tuple[str, Hashable]], named: Callable[[_T, str], _T]
) -> list[_T]:
    """Return of entries that say the same of several draws the first, under a name for all of them."""
    groups: dict[Hashable, list[_T]] = {}
    for entry in entries:
        address, fate = said(entry)
        groups.setdefault((in_first_draw(address), fate), []).append(entry)
    return [named(group[0], _name([said(entry)[0] for entry in group])) for group in groups.values()]


def _name(addresses: list[str]) -> str:
    draws, step = sorted(draw_of(address) for address in addresses), in_first_draw(addresses[0])
    if len(draws) == 1:
        return addresses[0]
    if draws == list(range(1, len(draws) + 1)):
        return f"{step} x {len(draws)}"
    if draws == list(range(draws[0], draws[-1] + 1)):
        return f"{step}@{draws[0]} to @{draws[-1]}"
    return step + "".join(f"@{draw}," for draw in draws).rstrip(",")
