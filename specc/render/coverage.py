"""The coverage of tables of facts as people read it, in plain text and in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.covers import GROUPS, counted, reasons, sources, statuses_in, totals
from specc.render.columns import indented, table
from specc.render.spans import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    Json = dict[str, Any]

WHY = ("target", "status", "rows", "reason", "for example")
FROM = ("target", "source", "year", "aged by", "reconciled by", "licence", "title")


def coverage_text(coverage: pl.DataFrame, by: str, title: str) -> str:
    """Return how many rows are used for what, why others are not, and where all of them are from."""
    head, rows = counts(coverage, by)
    parts = [title, *indented(table(head, rows, head[len(GROUPS[by]) :])), ""]
    why = why_rows(coverage)
    if why:
        parts += ["not used", *indented(table(WHY, why, ("rows",))), ""]
    return "\n".join([*parts, "sources", *indented(table(FROM, source_rows(coverage), ("year",)))])


def coverage_markdown(coverage: pl.DataFrame, by: str, title: str) -> str:
    """Return the same as tables of Markdown."""
    head, rows = counts(coverage, by)
    blocks = [f"### {title}", _markdown(head, rows)]
    why = why_rows(coverage)
    blocks += ["**Not used**", _markdown(WHY, why)] if why else []
    return "\n\n".join([*blocks, "**Sources**", _markdown(FROM, source_rows(coverage))])


def counts(coverage: pl.DataFrame, by: str) -> tuple[list[str], list[list[str]]]:
    """Return the table of rows by group and status, the last row being all of them."""
    keys, found = list(GROUPS[by]), statuses_in(coverage)
    rows = [
        [*(str(group[k] or "-") for k in keys), *_numbers(group, found)] for group in counted(coverage, by)
    ]
    everything = ["all", *("" for _ in keys[1:]), *_numbers(totals(coverage), found)]
    return [*keys, *found, "rows"], [*rows, everything]


def _numbers(group: Json, statuses: Sequence[str]) -> list[str]:
    return [f"{group[s]:,}" if group.get(s) else "-" for s in (*statuses, "rows")]


def why_rows(coverage: pl.DataFrame) -> list[list[str]]:
    """Return the reasons as rows of a table."""
    return [
        [each["target"], each["status"], f"{each['rows']:,}", _reason(each), each["example"] or "-"]
        for each in reasons(coverage)
    ]


def _reason(each: Json) -> str:
    return ": ".join(part for part in (each["reason"], each["note"]) if part) or "-"


def source_rows(coverage: pl.DataFrame) -> list[list[str]]:
    """Return where facts are from as rows of a table."""
    return [
        [each["target"], each["source"] or "-", str(each["period"] or "-"), _range(each, "aged"),
         _range(each, "reconciled"), each["licence"] or "-", each["title"] or "-"]
        for each in sources(coverage)
    ]  # fmt: skip


def _range(each: Json, what: str) -> str:
    low, high = each[f"{what}_from"], each[f"{what}_to"]
    if low is None:
        return "-"
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"


def _cell(text: str) -> str:
    return text if text == "-" or text.replace(",", "").isdigit() else code(text)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)
