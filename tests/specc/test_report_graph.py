"""The drawing of the pipeline in a report: as wide as a page, however many steps there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.compilation import compile_bundle
from specc.report.graph import graph

SPECS = Path(__file__).resolve().parents[2] / "specs"
_BOX = re.compile(r'<rect [^>]*?x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"')
# What the text of a page is wide on a small laptop.
PAGE = 1000


@pytest.mark.parametrize("bundle", ["us_open", "us_ecps"])
def test_a_drawing_fits_the_page_and_no_box_lies_on_another(bundle: str) -> None:
    """Of 21 steps as of 169: what stands beside each other is folded into rows."""
    plan = compile_bundle(SPECS / bundle).plan
    assert plan is not None
    drawn = str(graph(plan, {}))
    boxes = [tuple(map(int, found)) for found in _BOX.findall(drawn)]
    assert len(set(boxes)) == len(plan.nodes)
    assert max(x + wide for x, _, wide, _ in boxes) < PAGE
    columns: dict[int, list[int]] = {}
    for x, y, _, _ in boxes:
        columns.setdefault(x, []).append(y)
    gaps = [
        after - y for ys in columns.values() for y, after in zip(sorted(ys), sorted(ys)[1:], strict=False)
    ]
    assert min(gaps) > boxes[0][3]


def test_steps_stand_below_what_they_read() -> None:
    """Whoever reads the page downwards reads the order in which steps can run."""
    plan = compile_bundle(SPECS / "us_ecps").plan
    assert plan is not None
    tops = dict(re.findall(r'href="#step-([^"]+)".*?<rect [^>]*? y="(\d+)"', str(graph(plan, {})), re.DOTALL))
    for node in plan.nodes:
        assert all(int(tops[read]) < int(tops[node.address]) for read in node.inputs.nodes())
