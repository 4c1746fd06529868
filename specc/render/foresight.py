"""What a run would do, as `specc run --dry-run` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import count, duration, indented, size, table
from specc.render.plan import header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.plan import Plan
    from specc.foresight import Foreseen


def foresight_text(found: Sequence[Foreseen], plan: Plan) -> str:
    """Return a line a node and a line of totals; times and memory only of what would be built."""
    rows = [_row(each) for each in found]
    lines = table(["action", "node", "time", "memory", "known"], rows, ["time", "memory"])
    return "\n".join([*header(plan), "", *indented(lines), "", *_totals(found)])


def _row(each: Foreseen) -> list[str]:
    if each.action == "reuse":
        return ["reuse", each.node.address, "-", "-", "in the store"]
    estimate = each.node.estimate
    known = "measured" if estimate.basis == "measured" else "by the model"
    note = f"{known}; if what it reads changes" if each.action == "depends" else known
    return ["build", each.node.address, duration(estimate.seconds), size(estimate.memory), note]


def _totals(found: Sequence[Foreseen]) -> list[str]:
    of = {action: [each.node for each in found if each.action == action] for action in ("build", "depends")}
    building = of["build"] + of["depends"]
    if not building:
        return [f"nothing to build: all {count(len(found), 'node')} are in the store"]
    seconds = duration(sum(node.estimate.seconds for node in building))
    perhaps = f", {len(of['depends'])} of them perhaps not" if of["depends"] else ""
    peak = max(building, key=lambda node: node.estimate.memory)
    return [
        f"{len(building)} to build{perhaps}, {len(found) - len(building)} reused; about {seconds} in all",
        f"peak memory about {size(peak.estimate.memory)} (at {peak.address})",
    ]
