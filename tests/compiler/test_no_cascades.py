"""What one mistake leads to: a fix for the name that is meant, and none that rests on what is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler_bundles import CASES, case_bundle

from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from pathlib import Path


def test_a_name_misspelt_in_an_uprating_has_a_fix(tmp_path: Path) -> None:
    """The only finding about the amount writes the name that is in the frame."""
    found = compile_bundle(case_bundle(CASES / "SPC505_misspelt_name", tmp_path / "bundle")).diagnostics
    (fix,) = [each.fix for each in found if each.code == "SPC505"]
    assert fix is not None
    assert [edit.text for edit in fix.edits] == ["employment_income_before_lsr"]


def test_a_name_that_exists_is_not_replaced_in_an_uprating(tmp_path: Path) -> None:
    """An input of the engine that is not in the frame is no misspelling of one that is."""
    case = CASES / "SPC505_index_that_moves_nothing"
    found = compile_bundle(case_bundle(case, tmp_path / "bundle")).diagnostics
    assert [each.fix for each in found if each.code == "SPC505"] == [None]


def test_nothing_is_mended_by_the_values_of_a_namesake_of_the_engine(tmp_path: Path) -> None:
    """A broken declaration is the only finding, and no value of its variable is changed."""
    case = CASES / "SPC103_broken_variable_is_not_the_engines"
    found = compile_bundle(case_bundle(case, tmp_path / "bundle")).diagnostics
    assert {each.code for each in found} == {"SPC103"}
    assert not any(each.span.file.endswith("sources.yaml") for each in found)
