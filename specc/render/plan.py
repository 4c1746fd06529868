"""A plan as people read it: what is done in which order, how long it takes, how much memory it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import count, duration, indented, size, table
from specc.samples import sample_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan import Node, Plan

_PLURAL = {"person": "person", "household": "household", "tax_unit": "tax unit", "spm_unit": "SPM unit",
           "family": "family", "marital_unit": "marital unit"}  # fmt: skip
_KEY_DIGITS = 12


def plan_text(plan: Plan) -> str:
    """Return header, one line a node in the order they run, and totals."""
    rows = [_row(number, node) for number, node in enumerate(plan.nodes, 1)]
    nodes = table(
        ["#", "node", "operation", "writes", "stream", "time", "memory", "key"], rows, ["#", "time", "memory"]
    )
    return "\n".join([*header(plan), "", *indented(nodes), "", *totals(plan)])


def header(plan: Plan) -> list[str]:
    """Return what is planned: bundle, period, engine, seed, sample."""
    return [
        f"plan of {plan.bundle} for {plan.period}, key {plan.key[:_KEY_DIGITS]}",
        f"  engine {plan.engine} {plan.engine_version}, seed {plan.seed}, {sample_text(plan.sample)}",
    ]


def totals(plan: Plan) -> list[str]:
    """Return how many nodes there are, and what they are expected to take."""
    seconds = sum(node.estimate.seconds for node in plan.nodes)
    peak = max(plan.nodes, key=lambda node: node.estimate.memory)
    need, budget = size(peak.estimate.memory), size(plan.memory)
    return [
        f"{count(len(plan.nodes), 'node')}, about {duration(seconds)} when nothing is in the store yet",
        f"peak memory about {need} (at {peak.address}) of a budget of {budget}",
    ]


def _row(number: int, node: Node) -> list[str]:
    return [
        str(number),
        node.address,
        node.operation,
        writes(node.outputs),
        "own" if node.stream == node.address else node.stream or "-",
        duration(node.estimate.seconds),
        size(node.estimate.memory),
        node.key[:_KEY_DIGITS],
    ]


def writes(outputs: Mapping[str, tuple[str, ...]]) -> str:
    """Return in brief what a node writes: `21 person columns`; a name where it is no column."""
    parts = [
        count(len(names), f"{_PLURAL[entity]} column") if entity in _PLURAL else ", ".join(names) or entity
        for entity, names in outputs.items()
    ]
    return ", ".join(parts[:2]) + (f" and {len(parts) - 2} more" if len(parts) > 2 else "") or "rows"
