"""What the page about reports on clones shows can be written into the open bundle."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = (_ROOT / "docs/support_clone_reports.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


def _into(folder: Path, block: str) -> None:
    """Write a block into the bundle: what is there gets what it adds, and a step where it needs one."""
    for file, old, new in (
        ("detail.yaml", "    flag: is_puf_clone", "    later: [answers]\n    flag: is_puf_clone"),
        ("bundle.yaml", "    - clone: puf_support\n", "    - clone: puf_support\n    - impute: weeks\n"),
    ):
        if block.startswith("clones:"):
            _replace(folder / file, old, new)
    if block.startswith("exports:"):
        _replace(folder / "finish.yaml", "    parquet: tables\n", "    parquet: tables\n    start: true\n")
    elif block.startswith("validations:"):
        _replace(
            folder / "bundle.yaml",
            "    - uprate: to_2023\n",
            "    - validate: clone\n    - uprate: to_2023\n",
        )
        (folder / "more.yaml").write_text(block, encoding="utf-8")
    else:
        (folder / "more.yaml").write_text(block[block.index("surfaces:") :], encoding="utf-8")
        text = (folder / "detail.yaml").read_text(encoding="utf-8")
        assert "later: [answers]" in block
        assert "later: [answers]" in text


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.partition(":")[0])
def test_an_example_compiles(tmp_path: Path, block: str) -> None:
    """In the open bundle, whose survey is given weeks of unemployment where an example draws them."""
    folder = tmp_path / "us_open"
    shutil.copytree(_ROOT / "specs/us_open", folder)
    _into(folder, block)
    if "weeks_unemployed" in block:
        columns = "        state_fips: "
        text = (folder / "sources.yaml").read_text(encoding="utf-8")
        at = text.index(columns)
        (folder / "sources.yaml").write_text(
            text[:at] + "        weeks_unemployed: {head: 0}\n" + text[at:], encoding="utf-8"
        )
    compiled = compile_bundle(folder)
    errors = [found.message for found in compiled.diagnostics if found.severity is Severity.ERROR]
    assert errors == []
    assert compiled.plan is not None
