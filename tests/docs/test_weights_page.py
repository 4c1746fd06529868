"""What the page about weights shows can be written into a bundle."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = (_ROOT / "docs" / "weights.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
_CALIBRATION = re.compile(r"^calibrations:\n.*?(?=^exports:)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.partition(":")[0])
def test_an_example_compiles(tmp_path: Path, block: str) -> None:
    """In the place of the calibration of the open bundle, or as a further validation of it."""
    folder = tmp_path / "us_open"
    shutil.copytree(_ROOT / "specs" / "us_open", folder)
    finish, bundle = folder / "finish.yaml", folder / "bundle.yaml"
    if block.startswith("calibrations:"):
        finish.write_text(_CALIBRATION.sub(lambda _: block + "\n", finish.read_text("utf-8")))
    else:
        (folder / "weights.yaml").write_text(block)
        step = "    - export: dataset\n"
        bundle.write_text(bundle.read_text("utf-8").replace(step, f"    - validate: weights\n{step}"))
    compiled = compile_bundle(folder)
    errors = [found.message for found in compiled.diagnostics if found.severity is Severity.ERROR]
    assert errors == []
    assert compiled.plan is not None
