"""`specc frame`: the columns after each step."""
# ruff: noqa: E501 - a table as it is printed

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli_desk import Desk

_SHOWN = """\
what each step did
  scaffold.people (bundle.yaml:11): adds 3 columns: age, employment_income_before_lsr, household_weight
  uprate.to_2023 (bundle.yaml:12): changes 1 column: employment_income_before_lsr
  calibrate.by_age (bundle.yaml:13): changes 1 column: household_weight
  export.tables (bundle.yaml:14): leaves the frame as it is
  validate.totals (bundle.yaml:15): leaves the frame as it is

frame after validate.totals

person
  column                        type   unit          period  per   nulls  owner           place
  ----------------------------  -----  ------------  ------  ----  -----  --------------  ---------------
  age                           float  year          2019    year         sources.people  sources.yaml:20
  employment_income_before_lsr  float  currency-USD  2023    year         sources.people  sources.yaml:21

household
  column            type   unit  period  per  nulls  owner                place
  ----------------  -----  ----  ------  ---  -----  -------------------  --------------
  household_weight  float        2023                calibrations.by_age  bundle.yaml:34
"""


def test_frame_shows_what_each_step_did_and_the_last_frame(desk: Desk) -> None:
    """A line a step, then a table an entity, each column with its owner and line."""
    ended = desk.specc("frame", "tiny")
    assert (ended.code, ended.out) == (0, _SHOWN)


def test_frame_after_a_step_is_the_frame_of_that_moment(desk: Desk) -> None:
    """A step is named by its kind, or by kind and name; before the uprating, amounts are of the source's year."""
    for step in ("scaffold", "scaffold.people"):
        ended = desk.specc("frame", "tiny", "--after", step, "--format", "json")
        shown = json.loads(ended.out)
        assert (ended.code, shown["after"], shown["steps"]) == (0, "scaffold.people", [])
        wages = {c["name"]: c for c in shown["columns"]}["employment_income_before_lsr"]
        assert (wages["period"], wages["per"], wages["nullable"], wages["half"]) == (
            2019,
            "year",
            False,
            "both",
        )
        assert (wages["owner"], wages["place"]) == ("sources.people", "sources.yaml:21")


def test_unknown_step_is_answered_with_those_there_are(desk: Desk) -> None:
    """A name that is no step ends with 3."""
    ended = desk.specc("frame", "tiny", "--after", "uprate.to_2032")
    assert (ended.code, ended.out) == (3, "")
    assert "did you mean `uprate.to_2023`?" in ended.err
    assert "name one of: scaffold.people" in desk.specc("frame", "tiny", "--after", "nothing").err


def test_bundle_with_errors_has_no_frame(desk: Desk) -> None:
    """Its findings are printed instead."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("frame", "tiny")
    assert (ended.code, ended.out) == (1, "")
    assert "error[SPC201]" in ended.err
