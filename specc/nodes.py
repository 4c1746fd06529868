"""Nodes of a plan as people name them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.addresses import draw_of, in_first_draw
from compiler.plan.draws import number_of_draws
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

    In a plan of several draws a step is that of all; `STEP@2` is that of the second, `STEP@1` of the first.

    Raises:
        CommandFault: there is none of a name.
    """
    listed = [node.address for node in plan.nodes]
    return frozenset(address for name in names for address in _named(name, plan, listed))


def _named(name: str, plan: Plan, listed: list[str]) -> set[str]:
    step, draw = _asked(name, plan)
    first = {address: in_first_draw(address) for address in listed}
    own = {each for each in listed if first[each] == step or first[each].startswith(f"{step}.")}
    if not own:
        now = node_named(step, plan, listed)
        own = {each for each in listed if first[each] == now}
    found = {each for each in own if draw is None or draw_of(each) == draw}
    return found or {node_named(name, plan, listed)}


def _asked(name: str, plan: Plan) -> tuple[str, int | None]:
    """Return the step that is named, and in which draw; None for all of them."""
    step, at, last = name.rpartition("@")
    is_draw = bool(at) and last.isdigit() and number_of_draws(plan) > 1
    return (step, int(last)) if is_draw else (name, None)
