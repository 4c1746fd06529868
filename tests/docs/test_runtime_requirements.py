"""The page of what the runtime is held to has every requirement once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/runtime_requirements.md").read_text(encoding="utf-8")


def test_every_requirement_has_a_row() -> None:
    """RM-1 to RM-19, in order."""
    assert re.findall(r"^\| (RM-\d+) \|", PAGE, re.MULTILINE) == [f"RM-{n}" for n in range(1, 20)]
