"""The pipeline as an SVG drawing: a node a box, downwards by how many steps must come before.

A page is read downwards, and has some width and any height: of what could run side by side four stand in a
row, so that a plan of hundreds of nodes is as wide as one of ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.graph import edges
from specc.report.html import Html, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan import Plan

_WIDE, _HIGH, _ACROSS = 208, 30, 4
# Between boxes of a row, between rows of a layer, between layers.
_GAP, _ROW, _LAYER = 22, 40, 64


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
    """Return the upper left corner of each box: layers from top to bottom, below what they read."""
    layer: dict[str, int] = {}
    for node in plan.nodes:
        layer[node.address] = 1 + max((layer[read] for read in node.inputs.nodes()), default=-1)
    layers: dict[int, list[str]] = {}
    for node in plan.nodes:
        layers.setdefault(layer[node.address], []).append(node.address)
    places: dict[str, tuple[int, int]] = {}
    top = 2
    for number in sorted(layers):
        wanted = {address: _wanted(plan, address, places) for address in layers[number]}
        places |= _layer(sorted(layers[number], key=lambda address: wanted[address]), top)
        top = max(y for _, y in places.values()) + _LAYER
    return places


def _layer(addresses: list[str], top: int) -> dict[str, tuple[int, int]]:
    """Return the places of a layer: from left to right, in as few rows as it takes."""
    rows = -(-len(addresses) // _ACROSS)
    return {
        address: (2 + index // rows * (_WIDE + _GAP), top + index % rows * _ROW)
        for index, address in enumerate(addresses)
    }


def _wanted(plan: Plan, address: str, places: Mapping[str, tuple[int, int]]) -> float:
    read = [places[each][0] for each in plan.node(address).inputs.nodes()]
    return sum(read) / len(read) if read else 0.0


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> Html:
    x1, y1, x2, y2 = start[0] + _WIDE // 2, start[1] + _HIGH, end[0] + _WIDE // 2, end[1]
    middle = (y1 + y2) // 2
    return tag("path", d=f"M{x1},{y1} C{x1},{middle} {x2},{middle} {x2},{y2}", class_="edge")


def _box(address: str, operation: str, place: tuple[int, int], notes: Mapping[str, str]) -> Html:
    x, y = place
    shown = address if len(address) <= 31 else f"{address[:30]}…"
    title = tag("title", f"{address}: {notes.get(address, operation)}")
    box = tag("rect", x=x, y=y, width=_WIDE, height=_HIGH, rx=4, class_=f"node {operation}")
    text = tag("text", shown, x=x + 8, y=y + 19)
    return tag("a", title, box, text, href=f"#step-{address}")
