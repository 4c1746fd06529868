"""Nodes of a plan as people name them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.suggest import did_you_mean
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.plan import Plan


def node_named(node: str, plan: Plan, addresses: Iterable[str]) -> str:
    """Return the address of a node, which may be named as it was called before.

    Raises:
        CommandFault: there is none of that name.
    """
    listed = list(addresses)
    if node in listed:
        return node
    if node in plan.moved_nodes:
        return plan.moved_nodes[node]
    remedy = did_you_mean(node, listed) or "`specc plan BUNDLE` lists the nodes"
    raise CommandFault(Exit.USAGE, f"the plan has no node `{node}`", remedy=remedy)


def nodes_named(names: Iterable[str], plan: Plan) -> frozenset[str]:
    """Return the addresses of steps: of a node, or of all whose addresses begin so, as the blocks of one.

    Raises:
        CommandFault: there is none of a name.
    """
    listed = [node.address for node in plan.nodes]
    found: set[str] = set()
    for name in names:
        below = [address for address in listed if address.startswith(f"{name}.")]
        found.update(below or [node_named(name, plan, listed)], {name} & set(listed))
    return frozenset(found)
