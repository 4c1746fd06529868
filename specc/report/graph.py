"""The pipeline as an SVG drawing: a node a box, in columns by how many steps must come before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.graph import edges
from specc.report.html import Html, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan import Plan

_WIDE, _HIGH, _GAP, _ROW = 208, 30, 46, 40


def graph(plan: Plan, notes: Mapping[str, str]) -> Html:
    """Return the drawing; each box leads to the line of its step and shows its note when pointed at."""
    places = _places(plan)
    width = max(x for x, _ in places.values()) + _WIDE + 4
    height = max(y for _, y in places.values()) + _HIGH + 4
    lines = [_arrow(places[start], places[end]) for start, end in edges(plan)]
    boxes = [_box(node.address, node.operation, places[node.address], notes) for node in plan.nodes]
    drawn = tag(
        "svg", *lines, *boxes, viewBox=f"0 0 {width} {height}", width=width, height=height, class_="graph",
        role="img", aria_label=f"{len(plan.nodes)} steps and what reads what",
    )  # fmt: skip
    return tag("div", drawn, class_="wide", tabindex="0", role="region", aria_label="Pipeline")


def _places(plan: Plan) -> dict[str, tuple[int, int]]:
    """Return the upper left corner of each box: layers from left to right, near what they read."""
    layer: dict[str, int] = {}
    for node in plan.nodes:
        layer[node.address] = 1 + max((layer[read] for read in node.inputs.nodes()), default=-1)
    rows: dict[int, list[str]] = {}
    height: dict[str, float] = {}
    for node in plan.nodes:
        rows.setdefault(layer[node.address], []).append(node.address)
    places: dict[str, tuple[int, int]] = {}
    for number in sorted(rows):
        wanted = {a: _wanted(plan, a, height) for a in rows[number]}
        for row, address in enumerate(sorted(rows[number], key=lambda a: wanted[a])):
            height[address] = float(row)
            places[address] = (2 + number * (_WIDE + _GAP), 2 + row * _ROW)
    return places


def _wanted(plan: Plan, address: str, height: Mapping[str, float]) -> float:
    read = [height[each] for each in plan.node(address).inputs.nodes()]
    return sum(read) / len(read) if read else 0.0


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> Html:
    x1, y1, x2, y2 = start[0] + _WIDE, start[1] + _HIGH // 2, end[0], end[1] + _HIGH // 2
    middle = (x1 + x2) // 2
    return tag("path", d=f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}", class_="edge")


def _box(address: str, operation: str, place: tuple[int, int], notes: Mapping[str, str]) -> Html:
    x, y = place
    shown = address if len(address) <= 31 else f"{address[:30]}…"
    title = tag("title", f"{address}: {notes.get(address, operation)}")
    box = tag("rect", x=x, y=y, width=_WIDE, height=_HIGH, rx=4, class_=f"node {operation}")
    text = tag("text", shown, x=x + 8, y=y + 19)
    return tag("a", title, box, text, href=f"#step-{address}")
