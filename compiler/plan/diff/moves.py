"""What is only called otherwise: the later plan says what its nodes and variables were called before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.plan.addresses import with_addresses

if TYPE_CHECKING:
    from compiler.plan.document import Plan


@dataclass(frozen=True, slots=True)
class Move:
    """A node that stands in both plans, under two addresses."""

    before: str
    after: str


def moves(before: Plan, after: Plan) -> tuple[Move, ...]:
    """Return the nodes that moved between two plans, in the order of the later one."""
    old = {node.address for node in before.nodes}
    found = {now: was for was, now in after.moved_nodes.items() if was in old and now not in old}
    return tuple(Move(found[node.address], node.address) for node in after.nodes if node.address in found)


def moved_variables(after: Plan) -> dict[str, str]:
    """Return what variables were called before, with what they are called in the later plan."""
    said: dict[str, str] = after.metadata.get("moved", {}).get("variables", {})
    return said


def with_moves(before: Plan, moved: tuple[Move, ...]) -> Plan:
    """Return the earlier plan with the addresses of the later one, so that nodes match by address."""
    names = {move.before: move.after for move in moved}
    return (
        replace(before, nodes=tuple(with_addresses(node, names) for node in before.nodes))
        if names
        else before
    )
