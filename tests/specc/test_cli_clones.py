"""What a run publishes of its clones: files that are vouched for, rows of the page, warnings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from specc.clone_schema import clone_schema

if TYPE_CHECKING:
    from cli_desk import Desk

FILES = {"support_clone_summary.json", "support_clone_variable_surface.csv", "support_clone_facts.parquet"}


def test_a_run_publishes_and_vouches_for_what_it_says_of_clones(cloned: Desk) -> None:
    """T4: the summary is what its schema says, the manifest names every file, and all of it is verified."""
    assert cloned.specc("run", "tiny", "--out", "out").code == 0
    told = cloned.json("out/support_clone_summary.json")
    assert [error.message for error in Draft202012Validator(clone_schema()).iter_errors(told)] == []
    assert told["rows"]["household"] == {"original": 60, "clone": 60, "final": 120}
    assert (told["clone_variables"], told["both_halves_variables"], told["created_variables"]) == (2, 1, 1)
    manifest = cloned.json("out/run.manifest.json")
    assert {subject["name"] for subject in manifest["subject"]} >= FILES
    assert cloned.specc("verify", "out").code == 0
    page = cloned.specc("report", "out", "--out", "page.html")
    assert page.code == 0
    assert "Clones, by the flags of all members" in (cloned.folder / "page.html").read_text(encoding="utf-8")


def test_a_second_run_gives_the_same_bytes(cloned: Desk) -> None:
    """Nothing is counted twice, and nothing differs."""
    for out in ("one", "two"):
        assert cloned.specc("run", "tiny", "--out", out).code == 0
    one, two = cloned.files("one"), cloned.files("two")
    assert {name: one[name] for name in FILES} == {name: two[name] for name in FILES}


def test_a_bundle_without_a_clone_says_nothing_of_any(desk: Desk) -> None:
    """T2: no file of the kind."""
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    assert [name for name in desk.files("out") if "clone" in name] == []


def test_a_variant_without_the_clone_says_that_nobody_was_copied(cloned: Desk) -> None:
    """The summary is there, with nobody in it."""
    assert cloned.specc("run", "tiny", "--without", "clone.support", "--out", "out").code == 0
    told = cloned.json("out/support_clone_summary.json")
    assert (told["enabled"], told["rows"]["household"]["clone"]) == (False, 0)
    assert told["calibrations"]["by_age"]["active_share"] is None


def test_rows_that_contradict_themselves_are_on_the_page(cloned: Desk) -> None:
    """P50: where the summary names a household of both halves, whoever reads the report is warned."""
    assert cloned.specc("run", "tiny", "--out", "out").code == 0
    path = cloned.folder / "out/support_clone_summary.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["problems"] = [
        {"severity": "error", "problem": "mixed household", "households": 1, "first_ids": [17]}
    ]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert cloned.specc("report", "out", "--out", "page.html").code == 0
    page = (cloned.folder / "page.html").read_text(encoding="utf-8")
    assert "mixed household: 1 household, ids 17" in page
