"""Text conditions an imputation, and is drawn by it, like any number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler_bundles import CASES, base_bundle, edit, edits_in, findings

if TYPE_CHECKING:
    from pathlib import Path


def with_dwelling(folder: Path) -> Path:
    """Return a bundle that draws a text for some rows, the others getting zero."""
    base_bundle(folder)
    for file, old, new in edits_in(CASES / "SPC414_text_elsewhere_zero" / "edits.txt"):
        edit(folder, file, old, new)
    return folder


def test_text_is_drawn_where_nobody_gets_a_zero(tmp_path: Path) -> None:
    """For every row, or keeping what others have."""
    folder = with_dwelling(tmp_path / "bundle")
    edit(folder, "detail.yaml", "    where: is_unit_head\n    elsewhere: zero\n", "")
    edit(folder, "detail.yaml", "[age, unit_wages]", "[age, unit_wages, is_unit_head]")
    assert findings(folder) == []


def test_text_is_a_predictor(tmp_path: Path) -> None:
    """Of the engine's too."""
    folder = base_bundle(tmp_path / "bundle")
    edit(folder, "detail.yaml", "[age, unit_wages]", "[age, tax_unit_role_input]")
    assert [each for each in findings(folder) if "unit_wages" not in each] == []
