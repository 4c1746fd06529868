"""The tables of facts in the page: what every row of them is used for, why it is not, where all are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.covers import GROUPS, counted, statuses_in
from specc.render.coverage import FROM, WHY, source_rows, why_rows
from specc.report.html import Html, section, table, tag
from specc.runs import COVERAGE

if TYPE_CHECKING:
    from specc.published import Published


def coverage(run: Published) -> Html:
    """Return the coverage of a run by family, its reasons and its sources."""
    if not (run.folder / COVERAGE).is_file():
        return section("coverage", "Coverage", tag("p", "No facts were calibrated to."))
    lines = run.coverage
    keys, found = GROUPS["family"], statuses_in(lines)
    rows = [
        [
            *(group[key] or "-" for key in keys),
            *((f"{group.get(status, 0):,}", group.get(status, 0)) for status in (*found, "rows")),
        ]
        for group in counted(lines, "family")
    ]
    head = [*keys, *found, "rows"]
    parts = [
        tag("p", "Every row of every table of facts; where columns are turned into rows, each of them."),
        table(head, rows, figures=head[2:], caption="Rows of the tables of facts"),
        table(WHY, why_rows(lines), figures=["rows"], caption="Rows that are not used, and why"),
        table(FROM, source_rows(lines), figures=["year"], caption="Where the facts are from"),
    ]
    return section("coverage", "Coverage", *parts)
