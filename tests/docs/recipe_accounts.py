"""Where the recipe declares what the enhanced CPS consists of, item by item, and where it departs from it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.syntax.document import MapNode, ScalarNode, SequenceNode
from compiler.syntax.reader import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.diagnostics import Span
    from compiler.syntax.document import Node

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "specs" / "us_ecps"
FOLDER = ROOT / "docs" / "enhanced_cps"
ACCOUNTS = FOLDER / "accounts.csv"
DEPARTURES = FOLDER / "departures.csv"
_COVERAGE = """# What of the enhanced CPS is where

Every list, mapping, stage, target family and gate of policyengine-us-data 1.115.4 with the line of
[the recipe](../../specs/us_ecps) that declares it, or the reason why it is left out. Made from
[accounts.csv](accounts.csv), which names the places by their keys; a test follows every key.
To find the line that makes a variable of the dataset, ask `specc show VARIABLE specs/us_ecps`.
"""


_DEPARTURES = """# Where the recipe departs from the enhanced CPS

[The recipe](../../specs/us_ecps) does what the enhanced CPS documents. Where the code of policyengine-us-data
1.115.4 does something else, or where a better way is at hand, this is what the recipe does instead, and why.
Made from [departures.csv](departures.csv), whose keys a test follows. What is left out altogether stands in
[coverage.md](coverage.md).
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One item: the key that declares it in a file of the recipe, or why nothing does."""

    section: str
    item: str
    file: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Departure:
    """What the enhanced CPS does, what the recipe does instead under that key, and why."""

    enhanced_cps: str
    recipe: str
    why: str
    file: str
    key: str


def accounts() -> list[Account]:
    """Return every account, in the order of the file."""
    return [Account(**row) for row in _rows(ACCOUNTS)]


def departures() -> list[Departure]:
    """Return every departure, in the order of the file."""
    return [Departure(**row) for row in _rows(DEPARTURES)]


def place(file: str, key: str) -> Span | None:
    """Return where a key stands, None where it does not."""
    node, found = _tree(file), None
    for step in key.split("."):
        if isinstance(node, MapNode) and step in node.entries:
            found, node = node.keys[step], node.entries[step]
        elif isinstance(node, SequenceNode) and (item := _item(node, step)) is not None:
            found, node = item.span, item
        else:
            return None
    return found


def pages() -> dict[Path, str]:
    """Return both pages: a table a section of what is accounted for, one of what is done otherwise."""
    sections = groupby(accounts(), key=lambda account: account.section)
    coverage = [_COVERAGE, *(_section(section, rows) for section, rows in sections)]
    head = _row("the enhanced CPS", "the recipe", "why", "where") + "| --- | --- | --- | --- |\n"
    rows = [_row(d.enhanced_cps, d.recipe, d.why, _link(d.file, d.key)) for d in departures()]
    return {
        FOLDER / "coverage.md": "\n".join(coverage),
        FOLDER / "departures.md": f"{_DEPARTURES}\n{head}{''.join(rows)}",
    }


def _section(section: str, rows: Iterable[Account]) -> str:
    head = f"## {section}\n\n" + _row("item", "where, or why not") + "| --- | --- |\n"
    return head + "".join(_row(f"`{row.item}`", f"{_link(row.file, row.key)} {row.reason}") for row in rows)


def _link(file: str, key: str) -> str:
    span = place(file, key) if key else None
    return f"[{file}:{span.line}](../../specs/us_ecps/{file}#L{span.line})" if span else ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.strip().replace("|", r"\|") for cell in cells) + " |\n"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _item(node: SequenceNode, step: str) -> Node | None:
    """Return the element of that number, or the text of a list that reads so."""
    if step.isdigit():
        return node.items[int(step)] if int(step) < len(node.items) else None
    return next((item for item in node.items if isinstance(item, ScalarNode) and item.value == step), None)


@cache
def _tree(file: str) -> Node | None:
    path = RECIPE / file
    return read_text(path.read_text(encoding="utf-8"), file).root if path.is_file() else None
