"""What lint says of bundles with mistakes in them: the golden cases under `cases/`."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from compiler_bundles import CASES, case_bundle, findings

COMPILER = Path(__file__).parents[2] / "compiler"
ALL_CASES = sorted(path for path in CASES.iterdir() if path.is_dir() and path.name != "base")


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_case_gives_the_findings_it_expects(case: Path, tmp_path: Path) -> None:
    """A bundle with known mistakes gives exactly the findings that are written beside it."""
    found = "".join(f"{line}\n" for line in findings(case_bundle(case, tmp_path / "bundle")))
    golden = case / "expected.txt"
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_case_is_about_the_code_it_is_named_after(case: Path) -> None:
    """The name of a case begins with a code that its findings hold, or says that there is none."""
    code = case.name.partition("_")[0]
    text = (case / "expected.txt").read_text(encoding="utf-8")
    assert code in text if code.startswith("SPC") else not text or code == "many"


def test_every_code_of_the_compiler_has_a_case() -> None:
    """A code that the compiler can emit stands in what some case expects."""
    emitted = {
        code for path in COMPILER.rglob("*.py") for code in re.findall(r"SPC\d{3}", path.read_text("utf-8"))
    }
    covered = {case.name.partition("_")[0] for case in ALL_CASES}
    assert sorted(emitted - covered) == []
    assert sorted(code for code in covered - emitted if code.startswith("SPC")) == []


def test_base_of_the_cases_is_clean(tmp_path: Path) -> None:
    """The bundle that the cases start from has no findings, so that each case shows its own mistake alone."""
    assert findings(case_bundle(CASES / "clean_bundle", tmp_path / "bundle")) == []
