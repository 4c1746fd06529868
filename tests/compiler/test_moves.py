"""`moved:` a rename keeps history: what is drawn, what need not run again, what a comparison shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle
from compiler.plan.diff import Action, ChangeClass, Move, SurfaceEvent, compare

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from compiler.plan.diff import PlanDiff

_IMPUTATION = [
    ("detail.yaml", "imputations:\n  detail:", "imputations:\n  drawn:"),
    ("detail.yaml", "imputation: detail", "imputation: drawn"),
]
_DRAWN = ("sources.yaml", "head_age, spouse: spouse_age}", "head_age, spouse: {draw: [20, 64]}}")


def _plan(folder: Path) -> Plan:
    compiled = compile_bundle(folder)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


def _renamed(tmp_path: Path, edits: list[tuple[str, str, str]], moved: str) -> tuple[Plan, Plan]:
    """Return the plans before and after a rename."""
    folder = base_bundle(tmp_path / "bundle")
    before = _plan(folder)
    for each in edits:
        edit(folder, *each)
    (folder / "moved.yaml").write_text(moved, encoding="utf-8")
    return before, _plan(folder)


def test_a_renamed_imputation_learns_from_the_same_donors(tmp_path: Path) -> None:
    """Which donors a sample keeps is drawn from a stream, which keeps its name as well."""
    folder, sample = base_bundle(tmp_path / "bundle"), "sample: {records: 1000, keep: {none: it has no top}}"
    edit(folder, "detail.yaml", "uprate: to_2023}", f"uprate: to_2023, {sample}}}")
    before = _plan(folder)
    for each in _IMPUTATION:
        edit(folder, *each)
    (folder / "moved.yaml").write_text("moved: {imputations: {detail: drawn}}\n", encoding="utf-8")
    after = _plan(folder)
    assert after.node("impute.drawn.income").parameters["sample"]["stream"] == "impute.detail.donors"
    assert after.key == before.key


def _addresses(diff: PlanDiff, *actions: Action) -> list[str]:
    return [node.address for node in diff.having(*actions)]


def test_a_renamed_imputation_runs_nothing_again(tmp_path: Path) -> None:
    """Streams, donor columns and so every key stay; the comparison tells of two moves and nothing else."""
    before, after = _renamed(tmp_path, _IMPUTATION, "moved: {imputations: {detail: drawn}}\n")
    diff = compare(before, after)
    assert before.key == after.key
    assert diff.moves == (
        Move("impute.detail.income", "impute.drawn.income"),
        Move("impute.detail.costs", "impute.drawn.costs"),
    )
    assert after.node("impute.drawn.income").stream == "impute.detail.income"
    assert set(_addresses(diff, *Action)) == {node.address for node in after.nodes}
    assert (diff.change_class, diff.surface) == (ChangeClass.METADATA, ())
    assert _addresses(diff, Action.ADD, Action.CHANGE, Action.REMOVE, Action.RERUN) == []


def test_without_moved_a_rename_is_an_end_and_a_beginning(tmp_path: Path) -> None:
    """So that the line in `moved:` is what makes the difference."""
    before, after = _renamed(tmp_path, _IMPUTATION, "")
    diff = compare(before, after)
    assert "impute.detail.income" in _addresses(diff, Action.REMOVE)
    assert "impute.drawn.income" in _addresses(diff, Action.ADD)


def test_a_chain_is_matched_from_any_of_its_names(tmp_path: Path) -> None:
    """Who compares with last year's plan has the first name, who compares with yesterday's the second."""
    chain = "moved: {imputations: {imputed: detail, detail: drawn}}\n"
    before, after = _renamed(tmp_path, _IMPUTATION, chain)
    assert after.node("impute.drawn.income").stream == "impute.imputed.income"
    assert after.metadata["moved"]["nodes"]["impute.imputed.income"] == "impute.drawn.income"
    assert Move("impute.detail.income", "impute.drawn.income") in compare(before, after).moves


def test_a_renamed_source_and_uprating_are_found_in_every_address(tmp_path: Path) -> None:
    """The donor's uprating is named after both."""
    edits = [
        ("sources.yaml", "  donors:\n", "  units:\n"),
        ("sources.yaml", "like: donors", "like: units"),
        ("detail.yaml", "donor: donors", "donor: units"),
        ("detail.yaml", "{source: donors, uprate: to_2023}", "{source: units, uprate: to_today}"),
        ("uprating.yaml", "  to_2023:", "  to_today:"),
        ("bundle.yaml", "uprate: to_2023", "uprate: to_today"),
        ("sources.lock", '"donors":', '"units":'),
    ]
    moved = "moved:\n  sources: {donors: units}\n  upratings: {to_2023: to_today}\n"
    before, after = _renamed(tmp_path, edits, moved)
    assert before.key == after.key
    moves = {move.before: move.after for move in compare(before, after).moves}
    assert moves["uprate.to_2023.donors"] == "uprate.to_today.units"
    assert moves["source.donors"] == "source.units"
    assert moves["file.donors"] == "file.units"


@pytest.mark.parametrize(("digest", "renames"), [("a" * 64, 1), ("b" * 64, 0)])
def test_a_source_of_another_file_is_no_rename(tmp_path: Path, digest: str, renames: int) -> None:
    """A new wave is read in the same way; only the same file under another name is a rename."""
    lock = '"{}": {{\n    "sha256": "{}"'
    edits = [
        ("sources.yaml", "  donors:\n", "  units:\n"),
        ("sources.yaml", "like: donors", "like: units"),
        ("sources.yaml", "a" * 64, digest),
        ("detail.yaml", "donor: donors", "donor: units"),
        ("detail.yaml", "{source: donors, uprate: to_2023}", "{source: units, uprate: to_2023}"),
        ("sources.lock", lock.format("donors", "a" * 64), lock.format("units", digest)),
        ("sources.lock", lock.format("survey", "a" * 64), lock.format("survey", digest)),
    ]
    before, after = _renamed(tmp_path, edits, "")
    assert len(compare(before, after).renames) == renames


def test_a_renamed_variable_is_one_rename_of_the_surface(tmp_path: Path) -> None:
    """Not one variable that leaves and one that enters."""
    old, new = "real_estate_taxes", "home_mortgage_interest"
    folder = base_bundle(tmp_path / "bundle")
    before = _plan(folder)
    for path in folder.glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    (folder / "moved.yaml").write_text(f"moved: {{variables: {{{old}: {new}}}}}\n", encoding="utf-8")
    diff = compare(before, _plan(folder))
    (change,) = [change for change in diff.surface if new in (change.variable, change.was)]
    assert (change.variable, change.event, change.was) == (new, SurfaceEvent.IS_RENAMED, old)
    assert old not in {change.variable for change in diff.surface}


def test_a_renamed_variable_that_is_not_drawn_needs_no_stream(tmp_path: Path) -> None:
    """What is read from a column is the same under any name."""
    before, after = _renamed(tmp_path, [], "moved: {variables: {old_age: age}}\n")
    assert before.key == after.key


@pytest.mark.parametrize("moved", ["", "moved: {variables: {old_age: age}}\n"])
def test_what_a_renamed_variable_draws_comes_from_its_first_stream(tmp_path: Path, moved: str) -> None:
    """The rule of a drawn column names the stream only where it is not the column's own."""
    _, after = _renamed(tmp_path, [_DRAWN], moved)
    rules = {rule["name"]: rule for rule in after.node("source.survey").parameters["columns"]}
    assert rules["age"].get("stream") == ("old_age" if moved else None)
    assert "stream" not in rules["employment_income_before_lsr"]


def test_a_frame_a_set_and_a_drawn_variable_keep_their_streams_under_new_names(tmp_path: Path) -> None:
    """Inside a prepared frame the stream has the frame's first name behind it; all three renames are told."""
    folder = base_bundle(tmp_path / "bundle")
    sets = (
        "variables: {is_union_member: {entity: person, type: bool}}\n"
        "frames: {prepared: {pipeline: [{scaffold: donors}, {uprate: givers}, {draw: flags}]}}\n"
        "upratings: {givers: {factors: {source: growth, year: YEAR, concept: growth}, by: {WAGES: "
        "[employment_income_before_lsr, taxable_interest_income, real_estate_taxes]}}}\n"
        "draws: {flags: {values: {is_union_member: {entity: person, rate: 0.1, source: BLS 2024}}}}\n"
    )
    (folder / "sets.yaml").write_text(sets, encoding="utf-8")
    edit(folder, "detail.yaml", "{source: donors, uprate: to_2023}", "{frame: prepared}")
    edit(folder, "detail.yaml", "donor: donors", "donor: prepared")
    edit(
        folder,
        "bundle.yaml",
        "    - clone: support\n    - uprate: to_2023",
        "    - uprate: to_2023\n    - clone: support",
    )
    edit(folder, "uprating.yaml", "[taxable_interest_income, real_estate_taxes]", "[taxable_interest_income]")
    before = _plan(folder)
    for old, new in (("prepared", "ready"), ("flags", "signs"), ("is_union_member", "in_union")):
        for path in folder.glob("*.yaml"):
            path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    moved = (
        "moved: {frames: {prepared: ready}, draws: {flags: signs}, variables: {is_union_member: in_union}}\n"
    )
    (folder / "moved.yaml").write_text(moved, encoding="utf-8")
    after = _plan(folder)
    old_address, new_address = "draw.flags.is_union_member@prepared", "draw.signs.in_union@ready"
    assert before.node(old_address).stream == after.node(new_address).stream == old_address
    assert Move(old_address, new_address) in compare(before, after).moves
