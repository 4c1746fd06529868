"""`specc why`: down to what was edited, against another plan or against what the store last got."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.operations import OPERATIONS

if TYPE_CHECKING:
    from cli_desk import Desk

    from runtime.task import Task

_CARRIERS = ("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
_AGAINST = """\
export.tables runs again, unless what it reads comes out equal against plan.json: upstream changed
  reads household_weight from calibrate.by_age
because of calibrate.by_age: spec changed  bundle.yaml:34:3
    ~ minimum_carriers: 20 -> 10
  by way of export.tables <- calibrate.by_age
"""


def _run(desk: Desk) -> None:
    assert desk.specc("run", "tiny", "--out", "out").code == 0


def _interrupted_at(desk: Desk, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    """Run until an operation, so that what is before it is in the store, and it is not."""

    def stop(_: Task) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        for name, version in [each for each in OPERATIONS if each[0] == operation]:
            patch.setitem(OPERATIONS, (name, version), stop)
        assert desk.specc("run", "tiny", "--out", "out", "--in-process").code == 130


@pytest.mark.parametrize("against", ["plan.json", "out"])
def test_against_a_plan_the_roots_are_named(desk: Desk, against: str) -> None:
    """What is read from which changed node, the edit itself with its place, and the way from there."""
    _run(desk)
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit(*_CARRIERS)
    ended = desk.specc("why", "export.tables", "tiny", "--against", against)
    assert (ended.code, ended.out) == (0, _AGAINST.replace("plan.json", against))


def test_against_a_plan_an_edited_node_shows_its_own_edit(desk: Desk) -> None:
    """And a node that is reused says that nothing differs; one that is gone, that it is removed."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit(*_CARRIERS)
    own = desk.specc("why", "calibrate.by_age", "tiny", "--against", "plan.json").out
    assert own.splitlines() == [
        "calibrate.by_age runs again against plan.json: spec changed",
        "    ~ minimum_carriers: 20 -> 10",
    ]
    assert "stays as it is" in desk.specc("why", "source.people", "tiny", "--against", "plan.json").out
    desk.edit("bundle.yaml", "    - validate: totals\n", "")
    gone = desk.specc("why", "validate.totals", "tiny", "--against", "plan.json").out
    assert gone == "validate.totals is removed against plan.json: removed\n"


def test_what_is_in_the_store_needs_no_reason(desk: Desk) -> None:
    """It says so, with its key; reading it again changes nothing in the store."""
    _run(desk)
    before = desk.files(".specc")
    assert "export.tables is in the store (built 20" in desk.specc("why", "export.tables", "tiny").out
    assert desk.files(".specc") == before


def test_an_edited_node_is_compared_with_what_the_store_last_got(desk: Desk) -> None:
    """Its key document, field by field; what comes after it waits for it."""
    _run(desk)
    desk.edit(*_CARRIERS)
    own = desk.specc("why", "calibrate.by_age", "tiny").out.splitlines()
    assert own[0] == "calibrate.by_age is not in the store"
    assert own[1].startswith("  last built 20")
    assert own[2:] == ["    ~ minimum_carriers: 20 -> 10"]
    waits = desk.specc("why", "export.tables", "tiny").out
    assert "export.tables waits" in waits
    assert "~ minimum_carriers: 20 -> 10" in waits


def test_other_content_is_followed_to_the_edit_that_made_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three nodes up: other amounts, because they were moved by another index."""
    _run(desk)
    desk.edit("bundle.yaml", "    value: people\n", "    value: people * 2\n")
    _interrupted_at(desk, monkeypatch, "calibrate")
    lines = desk.specc("why", "calibrate.by_age", "tiny").out.splitlines()
    assert lines[0] == "calibrate.by_age is not in the store"
    assert lines[2].startswith("    > other content of ")
    assert any(line.startswith("facts.ages gave something else  bundle.yaml:") for line in lines)
    assert '    ~ value: "people" -> "people * 2"' in lines


def test_other_rows_are_followed_to_their_source(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are named as such."""
    _run(desk)
    desk.edit("sources.yaml", "    population:\n", "    where: hid = 3\n    population:\n")
    _interrupted_at(desk, monkeypatch, "uprate")
    lines = desk.specc("why", "uprate.to_2023", "tiny").out.splitlines()
    assert any("rows" in line and line.endswith("from source.people") for line in lines)
    assert '    ~ where: null -> "hid = 3"' in lines
    assert len(lines) < 15


def test_a_store_that_is_empty_or_not_there_never_built_it(desk: Desk) -> None:
    """What would be built first is named; no store is made."""
    ended = desk.specc("why", "source.people", "tiny", "--store", "none")
    assert (ended.code, "source.people waits" in ended.out) == (0, True)
    assert "file.people was never built in this store  sources.yaml:" in ended.out
    assert not (desk.folder / "none").exists()


def test_a_record_that_was_lost_is_told_as_that(desk: Desk) -> None:
    """An earlier one that says the same: nothing was edited, the store has lost it."""
    _run(desk)
    desk.edit(*_CARRIERS)
    _run(desk)
    desk.edit(_CARRIERS[0], _CARRIERS[2], _CARRIERS[1])
    assert "is in the store" in desk.specc("why", "calibrate.by_age", "tiny").out
    shutil.rmtree(desk.folder / ".specc/store/actions")
    assert "was never built" in desk.specc("why", "calibrate.by_age", "tiny").out


def test_the_sample_decides_which_plan_is_meant(desk: Desk) -> None:
    """A store of a sample does not have the whole."""
    assert desk.specc("run", "tiny", "--sample", "50%", "--out", "out").code == 0
    assert "is in the store" in desk.specc("why", "export.tables", "tiny", "--sample", "50%").out
    whole = desk.specc("why", "uprate.to_2023", "tiny").out
    assert "is not in the store" in whole
    assert "source.people: sample was read in its place then" in whole


@pytest.mark.parametrize("options", [[], ["--against", "plan.json"]])
def test_a_node_that_is_none_ends_with_3(desk: Desk, options: list[str]) -> None:
    """With the one that was meant."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    ended = desk.specc("why", "calibrate.by_aeg", "tiny", *options)
    assert (ended.code, ended.out) == (3, "")
    assert "did you mean `calibrate.by_age`?" in ended.err


@pytest.mark.parametrize("name", ["calibrate.by_age", "calibrate.by_years"])
def test_a_renamed_node_is_compared_with_what_it_was_under_its_old_name(desk: Desk, name: str) -> None:
    """By either name, against the store and against a plan; the edit is told, not that it was never built."""
    _run(desk)
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit("bundle.yaml", "- calibrate: by_age", "- calibrate: by_years")
    desk.edit(
        "bundle.yaml",
        "calibrations:\n  by_age:",
        "moved: {calibrations: {by_age: by_years}}\ncalibrations:\n  by_years:",
    )
    assert "calibrate.by_years is in the store" in desk.specc("why", name, "tiny").out
    desk.edit(*_CARRIERS)
    for options in ([], ["--against", "plan.json"]):
        ended = desk.specc("why", name, "tiny", *options)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith("calibrate.by_years ")
        assert "~ minimum_carriers: 20 -> 10" in ended.out
        assert "never built" not in ended.out


def test_a_screenful_is_enough(desk: Desk) -> None:
    """Another seed changes every node that draws; the answer stays short."""
    base = Path(__file__).parents[1] / "compiler" / "cases" / "base"
    shutil.copytree(base, desk.folder / "small")
    desk.specc("plan", "small", "--out", "plan.json")
    path = desk.folder / "small/bundle.yaml"
    path.write_text(path.read_text().replace("seed: 7", "seed: 8"))
    shown = desk.specc("why", "export.dataset", "small", "--against", "plan.json").out
    assert "seed changed" in shown
    assert len(shown.splitlines()) <= 41
