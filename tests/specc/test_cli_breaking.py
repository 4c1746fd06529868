"""`specc breaking`: the output surface against what readers have now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

_RENAMED = """\
surface of tiny against plan.json: 1 break not accepted
  !! file  tables  tables is no longer published
  + 1 addition (no break): files (file)

where a break is meant, write into the bundle, under `breaks:`
  tables: {accept: file, reason: "...", until: "YYYY-MM"}
"""


def _rename(desk: Desk) -> None:
    assert desk.specc("plan", "tiny", "--out", "plan.json").code == 0
    desk.edit("bundle.yaml", "tables: {parquet: tables}", "tables: {parquet: files}")


def _accept(desk: Desk, text: str) -> None:
    (desk.bundle / "breaks.yaml").write_text(f"breaks:\n  tables: {text}\n", encoding="utf-8")


def test_nothing_breaks_where_nothing_changed(desk: Desk) -> None:
    """An explicit sentence, and 0."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    for form in ("text", "markdown"):
        ended = desk.specc("breaking", "tiny", "--against", "plan.json", "--format", form)
        assert (ended.code, "Nothing breaks." in ended.out) == (0, True)


def test_a_break_ends_with_1_and_says_how_to_accept_it(desk: Desk) -> None:
    """What it says can be copied into the bundle, and then it passes."""
    _rename(desk)
    ended = desk.specc("breaking", "tiny", "--against", "plan.json")
    assert (ended.code, ended.out) == (1, _RENAMED)
    _accept(
        desk,
        ended.out.splitlines()[-1].partition(": ")[2].replace("...", "renamed").replace("YYYY-MM", "2027-06"),
    )
    accepted = desk.specc("breaking", "tiny", "--against", "plan.json", "--today", "2027-06-30")
    assert accepted.code == 0
    assert "accepted until 2027-06: renamed (breaks.yaml:2:3)" in accepted.out


def test_an_acceptance_is_void_when_its_day_has_passed(desk: Desk) -> None:
    """Lint and plan know no day and stay content."""
    _rename(desk)
    _accept(desk, "{accept: file, reason: renamed, until: '2020-01'}")
    ended = desk.specc("breaking", "tiny", "--against", "plan.json")
    assert (ended.code, "was accepted until 2020-01, which has passed: renamed" in ended.out) == (1, True)
    assert desk.specc("lint", "tiny").out == "no findings\n"


def test_an_acceptance_of_nothing_ends_with_1(desk: Desk) -> None:
    """The place is named, to be removed."""
    _accept(desk, "{accept: population, reason: never happened}")
    desk.specc("plan", "tiny", "--out", "plan.json")
    ended = desk.specc("breaking", "tiny", "--against", "plan.json")
    assert ended.code == 1
    assert "no longer needed: `accept: population` of tables (breaks.yaml:2:3)" in ended.out


def test_json_and_markdown_say_what_text_says(desk: Desk) -> None:
    """The same break in each; Markdown of a hostile reason holds no markup of its own."""
    _rename(desk)
    _accept(desk, '{accept: population, reason: "<b>|`x`"}')
    document = json.loads(desk.specc("breaking", "tiny", "--against", "plan.json", "--format", "json").out)
    assert [(each["kind"], each["name"]) for each in document["breaks"]] == [("file", "tables")]
    shown = desk.specc("breaking", "tiny", "--against", "plan.json", "--format", "markdown")
    assert (shown.code, "| file | <code>tables</code> |" in shown.out) == (1, True)
    assert "<b>" not in shown.out


def test_other_rows_show_what_of_their_definition_differs(desk: Desk) -> None:
    """Which rows a source gives is part of the surface."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit("sources.yaml", "    population:\n", "    where: hid = 3\n    population:\n")
    ended = desk.specc("breaking", "tiny", "--against", "plan.json")
    assert ended.code == 1
    assert 'where: null -> "hid = 3"' in ended.out


def test_a_run_can_be_compared_with(desk: Desk) -> None:
    """What readers have is often the folder itself, and a sample of it has the same surface."""
    assert desk.specc("run", "tiny", "--out", "out", "--sample", "50%").code == 0
    assert desk.specc("breaking", "tiny", "--against", "out").code == 0


def test_a_plan_of_an_older_specc_is_refused(desk: Desk) -> None:
    """What it does not say cannot be compared; silence would look like safety."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    plan = desk.json("plan.json")
    del plan["metadata"]["surface"]
    (desk.folder / "plan.json").write_text(json.dumps(plan))
    ended = desk.specc("breaking", "tiny", "--against", "plan.json")
    assert (ended.code, "does not say what its exports hold" in ended.err) == (3, True)


@pytest.mark.parametrize("words", [[], ["--against", "plan.json", "--today", "2027-13"]])
def test_wrong_usage_ends_with_3(desk: Desk, words: list[str]) -> None:
    """Without something to compare with, or on a day that is none."""
    assert desk.specc("breaking", "tiny", *words).code == 3
