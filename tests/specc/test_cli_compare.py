"""`specc compare`: as many records of both, the same refit, scored on what was held out."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import h5py
import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

HELD = """\
  wages:
    source: ages
    period: 2023
    value: people * 50000
    entity: person
    bands: {of: age, lower: low, upper: high, uncovered: [{lower: 80, note: nobody so old was counted}]}
    families:
      wages: {sum: employment_income_before_lsr, role: holdout}
  years:
    source: ages
    period: 2023
    value: people * (low + high) / 2
    entity: person
    families:
      years: {sum: age, role: holdout}
    combine: sum

calibrations:
"""


@pytest.fixture
def ran(desk: Desk) -> Desk:
    """Give a desk with a run that holds wages out, and publishes tables and a file of the engine."""
    desk.edit("bundle.yaml", "calibrations:\n", HELD)
    desk.edit("bundle.yaml", "targets: [ages]", "targets: [ages, wages, years]")
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 2")
    desk.edit("bundle.yaml", "tables: {parquet: tables}", "tables: {parquet: tables, policyengine: tiny.h5}")
    ended = desk.specc("run", "tiny", "--out", "out", "--quiet")
    assert ended.code == 0, ended.err
    return desk


def _compared(desk: Desk, *words: str) -> dict[str, Any]:
    ended = desk.specc("compare", "out", *words, "--format", "json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def _other(desk: Desk, factor: float) -> None:
    shutil.copytree(desk.folder / "out" / "tables", desk.folder / "other")
    person = desk.folder / "other" / "person.parquet"
    wages = pl.col("employment_income_before_lsr")
    pl.read_parquet(person).with_columns(wages * factor).write_parquet(person)


def test_a_dataset_with_wrong_wages_loses_their_family(ran: Desk) -> None:
    """Refitted to the same ages; the verdict says who is nearer, with an interval."""
    _other(ran, 50.0)
    found = _compared(ran, "other", "--seeds", "4")
    assert found["records"]["compared"] == found["records"]["run"] // 2 == found["records"]["dataset"] // 2
    line = found["families"][0]
    assert (line["family"], line["facts"], line["winner"]) == ("wages.wages", 4, "run")
    assert line["interval"][1] < 0
    assert found["trained"]["asked"] == 4
    text = ran.specc("compare", "out", "other").out
    assert "the run is nearer to what was held out" in text
    markdown = ran.specc("compare", "out", "other", "--format", "markdown").out
    assert "| wages.wages | 4 |" in markdown


def test_a_run_is_no_nearer_than_itself(ran: Desk) -> None:
    """Read back from its file of the engine, from its tables, or as a run: the same numbers."""
    found = [_compared(ran, name, "--seeds", "6") for name in ("out/tiny.h5", "out/tables", "out")]
    published = found[0]["families"][0]["published"]
    assert published[0] == pytest.approx(published[1], rel=1e-5)
    assert [each["families"][0]["winner"] for each in found] == [None, None, None]
    assert found[1]["families"] == found[2]["families"]
    whole = _compared(ran, "out", "--records", str(found[0]["records"]["run"]), "--seeds", "2")
    refitted = whole["families"][0]["refitted"]
    assert refitted[0] == pytest.approx(refitted[1], rel=1e-6)


def test_what_the_dataset_has_no_columns_for_is_named(ran: Desk) -> None:
    """One family is left out; without weights nothing is compared."""
    _other(ran, 1.0)
    person = ran.folder / "other" / "person.parquet"
    pl.read_parquet(person).drop("employment_income_before_lsr").write_parquet(person)
    found = _compared(ran, "other")
    assert found["not_compared"] == [
        {"family": "wages.wages", "facts": 4, "lacks": ["employment_income_before_lsr"]}
    ]
    assert [line["family"] for line in found["families"]] == ["years.years", "all held out facts"]
    shown = ran.specc("compare", "out", "other").out
    assert "  wages.wages (4 facts): the dataset has no `employment_income_before_lsr`" in shown
    household = ran.folder / "other" / "household.parquet"
    pl.read_parquet(household).drop("household_weight").write_parquet(household)
    ended = ran.specc("compare", "out", "other")
    assert (ended.code, "other has no `household_weight`" in ended.err) == (3, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("elsewhere",), "does not exist"),
        (("out", "--records", "1000000"), "samples of 1,000,000 households cannot be drawn"),
        (("out", "--calibration", "other"), "the run has no calibration `other`"),
        (("tiny",), "tiny has no person.parquet"),
        (("tiny/ages.csv",), "is no file of the engine"),
    ],
)
def test_what_cannot_be_compared_is_refused(ran: Desk, words: tuple[str, ...], said: str) -> None:
    """With the culprit, and a code for wrong usage."""
    ended = ran.specc("compare", "out", *words)
    assert ended.code == 3
    assert said in ended.err


def test_a_file_of_another_year_is_refused(ran: Desk) -> None:
    """Its facts are others."""
    with h5py.File(ran.folder / "out" / "tiny.h5", "r") as file, h5py.File(ran.folder / "old.h5", "w") as old:
        for name in file:
            for values in file[name].values():
                old.create_group(name).create_dataset("2022", data=values[()])
    ended = ran.specc("compare", "out", "old.h5")
    assert (ended.code, "is of 2022, the run is of 2023" in ended.err) == (3, True)


def test_a_run_whose_steps_are_gone_is_told(ran: Desk) -> None:
    """The facts themselves are in the store alone."""
    (ran.folder / "empty" / "actions").mkdir(parents=True)
    ended = ran.specc("compare", "out", "out", "--store", "empty")
    assert (ended.code, "the store no longer has what `" in ended.err) == (3, True)


def test_a_run_that_holds_nothing_out_proves_nothing(desk: Desk) -> None:
    """Trained facts are met by whoever is refitted to them."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    ended = desk.specc("compare", "out", "out")
    assert (ended.code, "the run holds no fact out" in ended.err) == (3, True)
