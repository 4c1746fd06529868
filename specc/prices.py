"""Prices of nodes on this machine: what they took when they were last built, else what the model says.

A price is a view beside the plan. The plan itself, its file and its keys are the same on every machine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.plan import Estimate
from specc.records import records_of

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Node, Plan
    from specc.records import Record


def priced(plan: Plan, *folders: Path) -> Plan:
    """Return the plan with prices from the manifests in stores and published runs in place of estimates.

    For what is shown only: `plan` itself is what is written, reviewed and carried out.
    """
    latest: dict[tuple[str, str], Record] = {}
    for record in records_of(plan, folders):
        if record.took and record.expected:
            latest.setdefault((record.address, record.operation), record)
    nodes = [
        replace(node, estimate=_price(node, latest.get((node.address, node.operation))))
        for node in plan.nodes
    ]
    return replace(plan, nodes=tuple(nodes))


def _price(node: Node, record: Record | None) -> Estimate:
    if record is None or record.took is None or record.expected is None:
        return node.estimate
    model, took, expected = node.estimate, record.took, record.expected
    seconds = _scaled(took.seconds, model.seconds, expected.seconds)
    memory = int(_scaled(took.memory, model.memory, expected.memory))
    return Estimate(round(seconds, 1), memory, "measured")


def _scaled(took: float, now: float, then: float) -> float:
    """Return what was measured, times what the model says of now over then: of rows, trees, workers."""
    return took * now / then if now > 0 and then > 0 else took
