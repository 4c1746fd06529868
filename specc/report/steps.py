"""Steps: the pipeline as a drawing, and what each step took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import duration, percent, size
from specc.report.graph import graph
from specc.report.html import Html, section, table, tag
from specc.report.plots import share_bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.plan import Node
    from specc.published import Published


def pipeline(run: Published) -> Html:
    """Return the drawing of the plan."""
    notes = {node.address: _note(run, node) for node in run.plan.nodes}
    hint = tag("p", "A box is a step; follow it to what the step took.")
    return section("pipeline", "Pipeline", hint, graph(run.plan, notes))


def _note(run: Published, node: Node) -> str:
    took = run.measured(node.address)
    seconds, memory = took.get("wallSeconds"), took.get("peakBytes")
    said = [node.operation, duration(seconds) if seconds is not None else "", size(memory) if memory else ""]
    return ", ".join(each for each in said if each)


def resources(run: Published) -> Html:
    """Return a line a step: time and memory as measured when it was built, beside what the plan expected."""
    took = {node.address: run.measured(node.address) for node in run.plan.nodes}
    whole = sum(each.get("wallSeconds") or 0.0 for each in took.values()) or 1.0
    actions = run.manifest["predicate"]["runDetails"]["metadata"]["x-specc-actions"]
    rows = [_row(node, took[node.address], actions.get(node.address, "-"), whole) for node in run.plan.nodes]
    shown = table(_HEAD, rows, figures=_FIGURES, caption="Every step: time and memory when it was built")
    return section("steps", "Steps", shown)


# Two columns of one name are told apart by a space that nobody sees.
_HEAD = ("step", "operation", "in this run", "time", "expected", "share", "", "memory", "expected ", "stream")
_FIGURES = ("time", "expected", "share", "memory", "expected ")


def _row(node: Node, took: dict[str, float], action: str, whole: float) -> list[object]:
    seconds, memory = took.get("wallSeconds"), took.get("peakBytes")
    share = (seconds or 0.0) / whole
    name = tag("span", node.address, id=f"step-{node.address}", tabindex="-1")
    times = [_cell(seconds, duration), _cell(node.estimate.seconds, duration)]
    sizes = [_cell(memory, size), _cell(node.estimate.memory, size)]
    shares = [(percent(share), share), share_bar(share)]
    return [(name, node.address), node.operation, action, *times, *shares, *sizes, node.stream or "-"]


def _cell(value: float | None, spelled: Callable[[float], str]) -> tuple[str, float | None]:
    return ("-", None) if value is None else (spelled(value), value)
