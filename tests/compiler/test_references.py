"""Reference files: what a surface includes through them, and what is never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import CASES, base_bundle, case_bundle, edit, findings

from compiler.compilation import compile_bundle
from compiler.load import load
from compiler.references import read_references, with_references
from compiler.syntax.reader import MAX_BYTES, file_bytes

if TYPE_CHECKING:
    from pathlib import Path

_SHARED = "shared: {include: [taxable_interest_income]}"
_REST = "shared: {reference: references/list.yaml, include: rest}"


def _with_reference(folder: Path, text: str | None) -> Path:
    base_bundle(folder)
    edit(folder, "detail.yaml", _SHARED, _REST)
    (folder / "references").mkdir()
    if text is not None:
        (folder / "references" / "list.yaml").write_text(text, encoding="utf-8")
    return folder


def test_rest_is_resolved_in_the_order_of_the_reference_with_places(tmp_path: Path) -> None:
    """An excluded name makes room for what is used instead; each name has the place that includes it."""
    folder = base_bundle(tmp_path / "bundle")
    b, d, e = (f"{{reason: formula_owned{instead}}}" for instead in (", instead: x", "", ", instead: a"))
    rest = f"{_REST.removesuffix('}')}, exclude: {{b: {b}, d: {d}, e: {e}}}}}"
    edit(folder, "detail.yaml", _SHARED, rest)
    (folder / "references").mkdir()
    (folder / "references" / "list.yaml").write_text("names: [c, b, a, d, e]\n", encoding="utf-8")
    recipe = load(folder).recipe
    assert recipe is not None
    recipe = with_references(recipe, read_references(recipe, folder, file_bytes))
    included = recipe.included(recipe.surfaces["shared"])
    places = {name: str(place).removeprefix(f"{folder.as_posix()}/") for name, place in included.items()}
    assert list(places) == ["c", "x", "a"]
    assert places["c"] == "references/list.yaml:1:9"
    assert places["x"].startswith("detail.yaml:5:")
    assert places["a"] == "references/list.yaml:1:15"


def test_a_rest_gives_the_plan_of_the_list_written_out(tmp_path: Path) -> None:
    """How a surface is written changes no key."""
    rest = compile_bundle(_with_reference(tmp_path / "rest", "- taxable_interest_income\n")).plan
    written = compile_bundle(base_bundle(tmp_path / "written")).plan
    assert rest is not None
    assert written is not None
    assert rest.key == written.key


@pytest.mark.parametrize("kind", ["file", "folder", "loop", "inside"])
def test_links_are_followed_inside_the_bundle_only(kind: str, tmp_path: Path) -> None:
    """Neither a linked file nor a linked folder leads out, nor is what lies there proposed."""
    folder, outside = base_bundle(tmp_path / "bundle"), tmp_path / "outside"
    edit(folder, "detail.yaml", _SHARED, _REST)
    outside.mkdir()
    (outside / "list.yaml").write_text("- taxable_interest_income\n", encoding="utf-8")
    (outside / "lists.yaml").write_text("- secret\n", encoding="utf-8")
    link = folder / "references" / "list.yaml"
    if kind == "folder":
        (folder / "references").symlink_to(outside)
    else:
        (folder / "references").mkdir()
        (folder / "kept.txt").write_text("- taxable_interest_income\n", encoding="utf-8")
        link.symlink_to({"file": outside / "list.yaml", "loop": link, "inside": folder / "kept.txt"}[kind])
    said = findings(folder)
    if kind == "inside":
        assert said == []
    else:
        assert len(said) == 1
        assert said[0].startswith("detail.yaml:5:23 SPC512 `references/list.yaml` is")
        assert "lists.yaml" not in said[0]


def test_a_missing_file_in_a_linked_folder_shows_nothing_of_it(tmp_path: Path) -> None:
    """Help proposes files of the bundle, never those of a folder that a link leads to."""
    folder = base_bundle(tmp_path / "bundle")
    edit(folder, "detail.yaml", _SHARED, _REST)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "lists.yaml").write_text("- secret\n", encoding="utf-8")
    (folder / "references").symlink_to(outside)
    assert [line for line in findings(folder) if "lists.yaml" in line] == []


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    """Only files are opened."""
    folder = _with_reference(tmp_path / "bundle", None)
    (folder / "references" / "list.yaml").mkdir()
    assert len(said := findings(folder)) == 1
    assert "SPC512 `references/list.yaml` is not a file" in said[0]


def test_limits_of_spec_files_hold_for_lists(tmp_path: Path) -> None:
    """A list that is too large, or not text, is refused once, by the reader."""
    large = findings(_with_reference(tmp_path / "large", "#" * (MAX_BYTES + 1)))
    assert [line.split()[1] for line in large] == ["SPC001"]
    anchored = findings(_with_reference(tmp_path / "anchored", "- &a taxable_interest_income\n- *a\n"))
    assert {line.split()[1] for line in anchored} == {"SPC003"}


def test_files_of_sub_folders_are_no_spec_files(tmp_path: Path) -> None:
    """What nobody names is not read, however it is written."""
    folder = base_bundle(tmp_path / "bundle")
    (folder / "references").mkdir()
    (folder / "references" / "bundle.yaml").write_text("bundle: [", encoding="utf-8")
    assert findings(folder) == []


def test_a_suppression_in_a_list_is_held_to_what_it_covers(tmp_path: Path) -> None:
    """Comments of a list mean what they mean in a spec file."""
    text = "- taxable_interest_income  # specc: ignore[SPC409] drawn elsewhere\n"
    said = findings(_with_reference(tmp_path / "bundle", text))
    assert [line.split()[:2] for line in said] == [["references/list.yaml:1:28", "SPC903"]]


def test_every_unaccounted_name_shown_has_its_line(tmp_path: Path) -> None:
    """Up to six names lead to where the reference lists them."""
    folder = case_bundle(CASES / "SPC509_names_nobody_accounts_for", tmp_path / "bundle")
    (finding,) = compile_bundle(folder).diagnostics
    assert [related.span.line for related in finding.related] == [2, 3, 4, 5, 6, 7]


def test_what_is_listed_twice_leads_to_the_first(tmp_path: Path) -> None:
    """Both places are said."""
    found = compile_bundle(case_bundle(CASES / "SPC511_listed_twice", tmp_path / "bundle")).diagnostics
    assert len(found) == 11
    assert all(d.related[0].span < d.span for d in found)


def test_a_plan_says_what_its_exports_hold(tmp_path: Path) -> None:
    """File by file, with the contract; none of it is part of a key."""
    folder = base_bundle(tmp_path / "bundle")
    before = compile_bundle(folder).plan
    edit(folder, "finish.yaml", "parquet: tables}", "parquet: tables, require: [age], prohibit: [is_blind]}")
    after = compile_bundle(folder).plan
    assert before is not None
    assert after is not None
    assert after.key == before.key
    said = after.metadata["exports"]["dataset"]
    assert (said["require"], said["prohibit"]) == (["age"], ["is_blind"])
    assert "person_is_clone" not in said["holds"]["small.h5"]
    assert {"age", "person_id", "household_weight"} <= set(said["holds"]["small.h5"])
    assert {"person_is_clone", "snap"} <= set(said["holds"]["tables"])
