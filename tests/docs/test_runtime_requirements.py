"""The page of what the runtime is held to names tests that exist, and every requirement once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/runtime_requirements.md").read_text(encoding="utf-8")


def test_every_requirement_has_a_row() -> None:
    """RM-1 to RM-19, in order."""
    assert re.findall(r"^\| (RM-\d+) \|", PAGE, re.MULTILINE) == [f"RM-{n}" for n in range(1, 20)]


def test_every_test_that_is_named_exists() -> None:
    """A test that is renamed is renamed there too."""
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = {name for text in files for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert named
    assert named - there == set()
