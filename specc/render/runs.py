"""Two runs compared, as people read it: a summary, then tables, what moved most first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.render.columns import indented, table
from specc.render.findings import clean
from specc.render.run_words import fact_rows, said_rows, summary, total_rows, variable_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from specc.comparison.change import Comparison

SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Block:
    """A table with its title; columns from the second on are figures where `figures` says so."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: Sequence[str] = ()


def runs_text(found: Comparison, most: int | None = SHOWN, statuses: Collection[str] = ()) -> str:
    """Return the comparison for a terminal; of long tables what moved most, and how many rows are left.

    The summary is of everything, the tables are of some statuses where those are named.
    """
    parts = [summary(found)]
    for block in _blocks(found.only(statuses)):
        lines = table(block.head, block.rows[:most], block.figures)
        parts.append("\n".join([block.title, *map(clean, indented([*lines, *_left(block, most)]))]))
    return "\n\n".join(parts)


def runs_markdown(found: Comparison, most: int | None = SHOWN, statuses: Collection[str] = ()) -> str:
    """Return the comparison for the comment of a pull request, with tables as `runs_text` has them."""
    parts = [f"### {_cell(found.now)} against {_cell(found.then)}", _cell(summary(found), lines=True)]
    for block in _blocks(found.only(statuses)):
        sides = ["---:" if name in block.figures else "---" for name in block.head]
        rows = [block.head, sides, *block.rows[:most]]
        lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
        parts.append("\n".join([f"**{block.title}**", "", *lines, *_left(block, most, before=[""])]))
    return "\n\n".join(parts)


def _cell(text: str, *, lines: bool = False) -> str:
    """Return text that Markdown takes for nothing but text."""
    for mark in "\\`*_{}[]<>#|~":
        text = text.replace(mark, f"\\{mark}")
    return ("  \n" if lines else " ").join(map(clean, text.split("\n")))


def _left(block: _Block, most: int | None, before: Sequence[str] = ()) -> list[str]:
    left = 0 if most is None else len(block.rows) - most
    return [*before, f"and {left:,} more that moved less; `--all` shows them"] if left > 0 else []


def _blocks(found: Comparison) -> list[_Block]:
    sides = ("then", "now")
    blocks = [
        _Block("runs", ("", *sides), said_rows(found.about)),
        _Block("columns", ("column", *sides), said_rows(found.schema)),
        _Block(
            "variables, by weighted total and distribution",
            ("variable", "entity", *sides, "change", "median", "90 %", "missing", "spread moved"),
            variable_rows(found.variables),
            (*sides, "change", "median", "90 %", "missing", "spread moved"),
        ),
        _Block("totals beside benchmarks, and gates", ("total", *sides, ""), total_rows(found.totals), sides),
        _Block("fit of the facts", ("calibration and group", *sides), said_rows(found.fit), sides),
        _Block(
            "facts", ("fact", "error then", "now", "used as"), fact_rows(found.facts), ("error then", "now")
        ),
        _Block("weights", ("calibration", *sides), said_rows(found.weights), sides),
    ]
    return [block for block in blocks if block.rows]
