"""Small plots as SVG. Colours are the page's, so that they follow light and dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from specc.report.html import Html, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIDE, _PAD = 168, 26


def signed_log(value: float) -> float:
    """Return the value on a scale that has room for nothing, debts and billions."""
    return math.copysign(math.log10(1 + abs(value)), value)


def quantile_plot(levels: Sequence[str], first: Sequence[float], second: Sequence[float], title: str) -> Html:
    """Return quantiles of one distribution against those of another; equal ones lie on the line."""
    xs, ys = [signed_log(v) for v in first], [signed_log(v) for v in second]
    low, high = min([*xs, *ys, 0.0]), max([*xs, *ys, 1.0])

    def at(value: float) -> float:
        return _PAD + (value - low) / (high - low) * (_SIDE - 2 * _PAD)

    dots = [
        tag(
            "circle",
            tag("title", f"{level}: {a:,.6g} | {b:,.6g}"),
            cx=f"{at(x):.1f}",
            cy=f"{_SIDE - at(y):.1f}",
            r=3.5,
        )
        for level, a, b, x, y in zip(levels, first, second, xs, ys, strict=True)
    ]
    line = tag("line", x1=_PAD, y1=_SIDE - _PAD, x2=_SIDE - _PAD, y2=_PAD, class_="even")
    names = [
        tag("text", "donors", x=_SIDE // 2, y=_SIDE - 4, class_="axis"),
        tag(
            "text", "recipients", x=12, y=_SIDE // 2, class_="axis", transform=f"rotate(-90 12 {_SIDE // 2})"
        ),
    ]
    return _svg(title, _SIDE, _SIDE, tag("rect", x=_PAD - 6, y=_PAD - 6, width=_SIDE - 2 * _PAD + 12,
                height=_SIDE - 2 * _PAD + 12, class_="frame"), line, *dots, *names)  # fmt: skip


def bars(groups: Sequence[tuple[str, Sequence[float]]], series: Sequence[str], title: str) -> Html:
    """Return counts side by side, a group for each label and a bar for each series."""
    wide, high, foot = 34, 150, 40
    most = max([value for _, values in groups for value in values] + [1e-300])
    drawn: list[Html] = []
    for number, (label, values) in enumerate(groups):
        x, each = 8 + number * wide, (wide - 8) / len(values)
        for place, value in enumerate(values):
            size = value / most * (high - 10)
            note = tag("title", f"{label}, {series[place]}: {value:,.6g}")
            at = {"x": f"{x + place * each:.1f}", "y": f"{high - size:.1f}"}
            drawn.append(
                tag("rect", note, **at, width=f"{each:.1f}", height=f"{size:.1f}", class_=f"bar s{place}")
            )
        drawn.append(_tick(label, x + wide // 2 - 4, high + 12))
    base = tag("line", x1=4, y1=high, x2=12 + len(groups) * wide, y2=high, class_="even")
    shown = _svg(title, 44 + len(groups) * wide, high + foot, base, *drawn)
    return tag("div", shown, class_="wide", tabindex="0", role="region", aria_label=title)


def _tick(label: str, x: int, y: int) -> Html:
    return tag("text", label, x=x, y=y, class_="axis tick", transform=f"rotate(35 {x} {y})")


def share_bar(share: float, mark: float | None = None) -> Html:
    """Return a share as a bar, with a mark where another share is."""
    width = 120
    parts = [tag("rect", x=0, y=2, width=f"{min(max(share, 0), 1) * width:.1f}", height=10, class_="bar s0")]
    if mark is not None:
        x = f"{min(max(mark, 0), 1) * width:.1f}"
        parts.append(tag("line", x1=x, y1=0, x2=x, y2=14, class_="mark"))
    frame = tag("rect", x=0, y=2, width=width, height=10, class_="frame")
    return tag("svg", frame, *parts, width=width + 2, height=14, class_="share", aria_hidden="true")


def _svg(title: str, width: int, height: int, *children: Html) -> Html:
    box = f"0 0 {width} {height}"
    return tag(
        "svg", *children, viewBox=box, width=width, height=height, role="img", aria_label=title, class_="plot"
    )
