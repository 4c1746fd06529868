"""Known defects of the enhanced CPS, written in this language: the general rules find each of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from compiler_bundles import case_bundle, findings

ROOT = Path(__file__).parents[2]
DEFECTS = Path(__file__).parent / "defects"
PAGE = ROOT / "docs" / "defects.md"
FOLDERS = sorted(path for path in DEFECTS.iterdir() if path.is_dir())
# Every one that is known by number; none may be forgotten.
KNOWN = [
    "D1", "D4", "D5", "D6", "D10", "D16", "D17", "H1", "H3", "H4", "H5", "H6", "H7", "H12", "H13",
    "H14", "H15", "H19", "H20", "H23", "H24", "H26", "H28", "H30", "H31", "H34", "H35",
]  # fmt: skip
_CODE = re.compile(r"SPC\d{3}")


def _rows() -> dict[str, list[str]]:
    """Return the rows of the page's first table by their number: what happened, what finds it, the rest."""
    table = PAGE.read_text("utf-8").partition("## By class")[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return {row[0]: row[1:] for row in cells if row and re.fullmatch(r"[DH]\d+", row[0])}


@pytest.mark.parametrize("defect", FOLDERS, ids=lambda defect: defect.name)
def test_defect_gives_the_findings_it_expects(defect: Path, tmp_path: Path) -> None:
    """A defect written into a clean bundle gives exactly the findings that are written beside it."""
    found = "".join(f"{line}\n" for line in findings(case_bundle(defect, tmp_path / "bundle")))
    golden = defect / "expected.txt"
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found
    assert found == golden.read_text(encoding="utf-8")


def test_page_accounts_for_every_known_defect() -> None:
    """Each has a row, in order, with what happened and what is said about it now."""
    rows = _rows()
    assert list(rows) == KNOWN
    assert [number for number, cells in rows.items() if not all(cells[:2])] == []


@pytest.mark.parametrize("number", KNOWN)
def test_page_names_the_codes_that_find_a_defect(number: str) -> None:
    """The codes of a row are those of its fixtures, and there is no row without."""
    said = set(_CODE.findall(_rows()[number][1]))
    mine = [path for path in FOLDERS if path.name.partition("_")[0] == number]
    found = {code for path in mine for code in _CODE.findall((path / "expected.txt").read_text("utf-8"))}
    assert said == found != set()


def test_every_fixture_is_of_a_known_defect() -> None:
    """No folder stands there that the page does not speak of."""
    assert {path.name.partition("_")[0] for path in FOLDERS} <= set(KNOWN)
