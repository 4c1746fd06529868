"""A bake-off as one page: the comparison, each target, and what failed."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from specc.render.bakeoff import HEAD, cells, headline
from specc.report.html import Html, section, tag
from specc.report.page import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specc.bakeoff.summary import Summary


def bakeoff_page(found: Summary) -> str:
    """Return the report of a bake-off as HTML."""
    title = f"Bake-off {found.bakeoff}"
    parts = [_methods(found), _targets(found), _failures(found), _meanings(found)]
    return document(title, tag("header", tag("h1", title), tag("p", headline(found))), parts)


def _methods(found: Summary) -> Html:
    said = "Medians over folds and seeds, and what the middle 80 % of cells lie between. * in use today."
    rows = [cells(line, first=True) for line in found.lines]
    return section("methods", "Methods", tag("p", said), _table(HEAD, rows, figures=(2,)))


def _targets(found: Summary) -> Html:
    """Return the median of every value that metrics are made of, a column a method."""
    methods = list(dict.fromkeys(each.method for each in found.outcomes))
    values: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for each in found.outcomes:
        for metric, score in each.metrics.items():
            for row in score["values"]:
                place = values.setdefault((metric, row["target"] or "", row["part"]), {})
                place.setdefault(each.method, []).extend([] if row["value"] is None else [row["value"]])
    rows = [
        [*names, *(_median(mine.get(method, [])) for method in methods)] for names, mine in values.items()
    ]
    figures = tuple(range(3, 3 + len(methods)))
    return section(
        "targets", "Targets", _table(["metric", "target", "part", *methods], rows, figures=figures)
    )


def _failures(found: Summary) -> Html:
    rows = [
        [each.method, str(each.fold), str(each.seed), str((each.error or {}).get("message", ""))]
        for each in found.failures
    ]
    shown = _table(["method", "fold", "seed", "error"], rows) if rows else tag("p", "There are none.")
    return section("failures", "Failed cells", shown)


def _meanings(found: Summary) -> Html:
    means = dict.fromkeys((line.metric, line.means) for line in found.lines)
    items = [tag("li", tag("b", metric), ": ", words) for metric, words in means]
    return section("meanings", "What is compared", tag("ul", *items))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[int] = ()) -> Html:
    side = ["figure" if place in figures else None for place in range(len(head))]
    heads = [tag("th", name, scope="col", class_=kind) for name, kind in zip(head, side, strict=True)]
    body = [tag("tr", *(tag("td", c, class_=k) for c, k in zip(row, side, strict=True))) for row in rows]
    shown = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body))
    return tag(
        "div", shown, class_="wide", tabindex="0", role="region", aria_label=", ".join(filter(None, head))
    )


def _median(values: Sequence[float]) -> str:
    return f"{statistics.median(values):,.5g}" if values else "-"
