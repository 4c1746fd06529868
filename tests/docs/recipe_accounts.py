"""Where the recipe of the enhanced CPS declares what the enhanced CPS consists of, item by item."""

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
PAGE = FOLDER / "coverage.md"
_HEAD = """# What of the enhanced CPS is where

Every list, mapping, stage, target family and gate of policyengine-us-data 1.115.4 with the line of
[the recipe](../../specs/us_ecps) that declares it, or the reason why it is left out. Made from
[accounts.csv](accounts.csv), which names the places by their keys; a test follows every key.
To find the line that makes a variable of the dataset, ask `specc show VARIABLE specs/us_ecps`.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One item: the key that declares it in a file of the recipe, or why nothing does."""

    section: str
    item: str
    file: str
    key: str
    reason: str


def accounts() -> list[Account]:
    """Return every account, in the order of the file."""
    with ACCOUNTS.open(encoding="utf-8", newline="") as file:
        return [Account(**row) for row in csv.DictReader(file)]


def place(account: Account) -> Span | None:
    """Return where the key of an account stands, None where it does not."""
    node, found = _tree(account.file), None
    for step in account.key.split("."):
        if isinstance(node, MapNode) and step in node.entries:
            found, node = node.keys[step], node.entries[step]
        elif isinstance(node, SequenceNode) and (item := _item(node, step)) is not None:
            found, node = item.span, item
        else:
            return None
    return found


def page() -> str:
    """Return the page: a table a section."""
    sections = groupby(accounts(), key=lambda account: account.section)
    return "\n".join([_HEAD, *(_table(section, rows) for section, rows in sections)])


def _table(section: str, rows: Iterable[Account]) -> str:
    head = f"## {section}\n\n| item | where, or why not |\n| --- | --- |\n"
    return head + "".join(f"| `{row.item}` | {_where(row)} |\n" for row in rows)


def _where(account: Account) -> str:
    if not account.key:
        return account.reason.replace("|", r"\|")
    span = place(account)
    line = span.line if span else 0
    link = f"[{account.file}:{line}](../../specs/us_ecps/{account.file}#L{line})"
    return f"{link} {account.reason}".strip().replace("|", r"\|")


def _item(node: SequenceNode, step: str) -> Node | None:
    """Return the element of that number, or the text of a list that reads so."""
    if step.isdigit():
        return node.items[int(step)] if int(step) < len(node.items) else None
    return next((item for item in node.items if isinstance(item, ScalarNode) and item.value == step), None)


@cache
def _tree(file: str) -> Node | None:
    path = RECIPE / file
    return read_text(path.read_text(encoding="utf-8"), file).root if path.is_file() else None
