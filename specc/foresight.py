"""What a run would do about each node: what the store has, what is built, what depends on what is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compiler.plan.keys import RECIPE
from runtime.stand_ins import stand_ins
from specc.records import records_of
from specc.standing import standings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from compiler.plan import Node, Plan
    from runtime.surroundings import Surroundings
    from specc.standing import Standing

Action = Literal["reuse", "build", "depends"]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One node; `depends`: it is built, unless what is built before it comes out as something known."""

    node: Node
    action: Action


def foreseen(
    plan: Plan, folders: Sequence[Path], where: Surroundings, anew: Collection[str]
) -> list[Foreseen]:
    """Return what a run would do about each node, by the records in some folders; no artifact is read.

    Raises:
        FetchError: a file that only the user has is not there.
    """
    found = [record for record in records_of(plan, folders, None) if record.document.get("recipe") == RECIPE]
    known = standings(plan, found, stand_ins(plan.nodes, where))
    return [Foreseen(node, _action(node, known[node.address], anew)) for node in plan.nodes]


def _action(node: Node, standing: Standing, anew: Collection[str]) -> Action:
    if node.address in anew:
        return "build"
    if standing.document is None:
        return "depends"
    return "build" if standing.record is None else "reuse"
