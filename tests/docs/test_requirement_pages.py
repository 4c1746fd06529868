"""The pages of what specc is held to name tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("page", ["runtime_requirements", "support_clone_requirements"])
def test_every_test_that_is_named_exists(page: str) -> None:
    """A test that is renamed is renamed there too."""
    named = set(re.findall(r"`(test_\w+)`", (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")))
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = {name for text in files for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert named
    assert named - there == set()
