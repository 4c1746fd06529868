"""What the page about support clones shows compiles, each example laid over the small bundle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rule_examples

_PAGE = (Path(__file__).parents[2] / "docs" / "support_clone.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.split()[1].strip(":"))
def test_an_example_has_no_findings(tmp_path: Path, block: str) -> None:
    """Neither errors nor warnings: it is what a careful author would write."""
    assert rule_examples.found((block,), tmp_path / "bundle") == []


def test_every_code_on_the_page_is_one_of_a_clone_or_imputation() -> None:
    """A page that lost its examples would pass the other test."""
    assert len(_BLOCKS) == 5
    assert len(set(re.findall(r"SPC\d{3}", _PAGE))) > 10
