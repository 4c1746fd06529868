"""The page of what a support clone is held to: every requirement once, and rules and files that are there."""

from __future__ import annotations

import re
from pathlib import Path

from compiler.codes import CODES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/support_clone_requirements.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ((?:P|T|PX)\d+) \|(.*)\|$", PAGE, re.MULTILINE)


def test_every_requirement_has_a_row() -> None:
    """P1 to P66, T1 to T18 and PX1 to PX7, in order, each with what holds it."""
    asked = [
        *(f"P{n}" for n in range(1, 67)),
        *(f"T{n}" for n in range(1, 19)),
        *(f"PX{n}" for n in range(1, 8)),
    ]
    assert [name for name, _ in ROWS] == asked
    assert [name for name, row in ROWS if len(row.split("|")) != 3 or not row.split("|")[2].strip()] == []


def test_no_requirement_is_open() -> None:
    """Each is held by something, or the row says what is done otherwise and why."""
    assert [name for name, row in ROWS if "open" in (cell.strip() for cell in row.split("|"))] == []


def test_every_rule_and_file_that_is_named_exists() -> None:
    """Rules by their code, files by their path from the repository."""
    assert {code for code in re.findall(r"SPC\d{3}", PAGE) if code not in CODES} == set()
    paths = re.findall(r"`([\w./-]+/[\w.-]+\.(?:yaml|py|md|json))`", PAGE)
    links = [f"docs/{link}" for link in re.findall(r"\]\(([\w./-]+\.md)\)", PAGE)]
    assert [path for path in [*paths, *links] if not (ROOT / path).is_file()] == []
