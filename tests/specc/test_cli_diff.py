"""`specc diff`: two runs compared, a true summary first, then what moved most."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from specc.comparison.change import Fact, relative
from specc.comparison.compare import compare
from specc.published import published_run

if TYPE_CHECKING:
    from cli_desk import Desk

SUMMARY = """\
out2 against out
  3 of 3 exported variables moved, most: household_weight (spread by """


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Give a desk with a run and a run of half of the households."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    desk.specc("run", "tiny", "--sample", "50%", "--out", "out2", "--quiet")
    return desk


def _found(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.specc("diff", "out", "out2", "--format", "json").out)
    return found


def test_equal_runs_are_told_in_one_line(desk: Desk) -> None:
    """Also where one was built and the other reused everything, in another store."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    desk.specc("run", "tiny", "--out", "again", "--store", "s/store", "--quiet")
    shown = desk.specc("diff", "out", "again", "--detailed-exitcode")
    assert (shown.code, shown.out, shown.err) == (0, "again and out published the same\n", "")


def test_the_summary_comes_first_and_is_true(two: Desk) -> None:
    """How many variables and facts moved, and the effective sample size."""
    shown = two.specc("diff", "out", "out2")
    assert shown.code == 0
    assert shown.out.startswith(SUMMARY)
    assert "  4 of 4 facts moved" in shown.out
    sizes = [two.json(f"{run}/report.json")["calibration"]["by_age"]["weights"] for run in ("out", "out2")]
    then, now = (f"{size['effective_sample_size']:.3g}" for size in sizes)
    assert f"by_age: effective sample size {then} -> {now}" in shown.out


def test_the_runs_themselves_are_compared(two: Desk) -> None:
    """Another sample makes another plan."""
    about = {said["what"]: (said["then"], said["now"]) for said in _found(two)["about"]}
    assert about["sample"] == (None, 0.5)
    assert set(about) == {"sample", "plan"}


def test_variables_are_compared_by_weighted_total_and_distribution(two: Desk) -> None:
    """Totals are those of the published tables; what moved most stands first."""
    found = _found(two)
    moved = [each["moved"] for each in found["variables"]]
    assert moved == sorted(moved, reverse=True)
    (wages,) = [each for each in found["variables"] if each["name"] == "employment_income_before_lsr"]
    for side, run in (("then", "out"), ("now", "out2")):
        person = pl.read_parquet(two.folder / run / "tables/person.parquet")
        household = pl.read_parquet(two.folder / run / "tables/household.parquet")
        both = person.join(household, left_on="person_household_id", right_on="household_id")
        total = (both["employment_income_before_lsr"] * both["household_weight"]).sum()
        assert wages[side]["weighted_total"] == pytest.approx(total)
    assert wages["total"] == pytest.approx(
        wages["now"]["weighted_total"] / wages["then"]["weighted_total"] - 1
    )


def test_facts_are_compared_by_their_error_and_use(two: Desk) -> None:
    """A fact that lost its carriers says so."""
    shown = two.specc("diff", "out", "out2").out
    (line,) = [line for line in shown.splitlines() if line.lstrip().startswith("ages.people [50, 70)")]
    assert line.endswith("train -> few carriers")


def test_columns_that_came_or_went_are_told(desk: Desk) -> None:
    """By file and column, with the type."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    shutil.copytree(desk.folder / "out", desk.folder / "out2")
    path = desk.folder / "out2/tables/person.parquet"
    pl.read_parquet(path).with_columns(pl.col("age").cast(pl.Int64)).write_parquet(path)
    found = compare(published_run(desk.folder / "out"), published_run(desk.folder / "out2"))
    assert [(said.then, said.now) for said in found.schema] == [("double", "int64")]


def test_markdown_has_the_same_tables_and_no_markup_of_the_specs(two: Desk) -> None:
    """Names stand as text, whatever marks are in them."""
    shown = two.specc("diff", "out", "out2", "--format", "markdown").out
    assert shown.startswith("### out2 against out\n")
    assert "| household\\_weight | household |" in shown
    assert "train -\\> few carriers" in shown


def test_long_tables_say_what_they_leave_out(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And `--all` leaves nothing out."""
    monkeypatch.setattr("specc.cli.diff.SHOWN", 2)
    assert "and 2 more that moved less; `--all` shows them" in two.specc("diff", "out", "out2").out
    assert "more that moved less" not in two.specc("diff", "out", "out2", "--all").out


def test_a_status_picks_rows_and_leaves_the_summary_true(two: Desk) -> None:
    """A fact that the other run lacks is removed, or added the other way round; several may be asked for."""
    path = two.folder / "out2/facts.parquet"
    pl.read_parquet(path).filter(pl.col("fact") != 0).write_parquet(path)
    gone = compare(published_run(two.folder / "out"), published_run(two.folder / "out2"))
    came = compare(published_run(two.folder / "out2"), published_run(two.folder / "out"))
    for found, status in ((gone, "removed"), (came, "added")):
        assert [fact.name for fact in found.only([status]).facts] == ["ages.people [18, 30)"]
        assert found.only([status]).variables == []
    assert gone.only(["added"]).facts == []
    assert gone.only(["changed"]).variables == gone.variables
    assert gone.only(["removed", "changed", "added"]) == gone.only([]) == gone
    whole, shown = (two.specc("diff", "out", "out2", *words).out for words in ([], ["--status", "removed"]))
    assert shown.split("\n\n")[0] == whole.split("\n\n")[0]
    assert "variables, by weighted total" in whole
    assert "variables, by weighted total" not in shown
    said = json.loads(two.specc("diff", "out", "out2", "--status", "removed", "--format", "json").out)
    assert ([len(said[key]) for key in ("facts", "variables")], said["same"]) == ([1, 0], False)
    assert two.specc("diff", "out", "out2", "--status", "moved").code == 3


def test_the_exit_code_tells_only_when_asked(two: Desk) -> None:
    """As of `specc plan`."""
    assert two.specc("diff", "out", "out2").code == 0
    assert two.specc("diff", "out", "out2", "--detailed-exitcode").code == 2


def test_what_no_run_published_is_refused(two: Desk) -> None:
    """A bundle is no run; a run that lost its numbers cannot be compared."""
    assert two.specc("diff", "out", "tiny").code == 3
    (two.folder / "out2/numbers.parquet").unlink()
    ended = two.specc("diff", "out", "out2")
    assert (ended.code, "run it again" in ended.err) == (3, True)


def test_growth_from_nothing_is_endless_and_of_nothing_none() -> None:
    """No division by zero, no silent zero."""
    assert relative(0.0, 5.0) == float("inf")
    assert relative(None, 0.0) == 0.0
    assert relative(-10.0, -5.0) == 0.5
    fact = Fact("c", "f", 1.0, 1.0, None, 0.5, "audit", "audit")
    assert fact.moved == float("inf")


def test_files_that_differ_are_named(desk: Desk) -> None:
    """Also where no figure does: the summary never says that two runs differ without saying in what."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    shutil.copytree(desk.folder / "out", desk.folder / "out2")
    path = desk.folder / "out2/run.manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["subject"] = [each for each in manifest["subject"] if each["name"] != "croissant.json"]
    path.write_text(json.dumps(manifest))
    shown = desk.specc("diff", "out", "out2").out
    assert "none of 3 exported variables moved" in shown
    assert "1 published file with other contents: croissant.json" in shown
