"""A bundle of several draws: planned, run, compared, reported; a file a draw, totals with intervals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

_GATES = """\
    gates:
      well_off: {share: taxable_interest_income > 100000, at_least: 0.01, at_most: 0.9}
      nobody_owes: {every: taxable_interest_income >= 0}
    aggregates:
      interest: {sum: taxable_interest_income, benchmark: 1.0e9, source: "Nobody", tolerance: 10}
"""


@pytest.fixture
def drawn(prepared: Desk) -> Desk:
    """Ask for two draws, and look at what is drawn."""
    prepared.edit("bundle.yaml", "    aggregates:\n", _GATES)
    _draws(prepared, 2)
    return prepared


def _draws(desk: Desk, number: int, before: int | None = None) -> None:
    was = "  seed: 7\n" + ("" if before is None else f"  draws: {before}\n")
    desk.edit("bundle.yaml", was, f"  seed: 7\n  draws: {number}\n")


def _run(desk: Desk, out: str, *more: object) -> str:
    ended = desk.specc("run", "tiny", "--out", out, "--in-process", "--quiet", *more)
    assert ended.code == 0, ended.err
    return ended.out


def _interest(desk: Desk, out: str, draw: int) -> pl.Series:
    tables = "tables" if draw == 1 else f"tables@{draw}"
    return pl.read_parquet(desk.folder / out / tables / "person.parquet")["taxable_interest_income"]


def test_a_run_publishes_every_draw_and_what_they_say_together(drawn: Desk) -> None:
    """The first is that of a run of one draw; totals have an interval; the run verifies, and has a page.

    Weights are calibrated to facts of what is drawn, so that each draw has its own.
    """
    drawn.edit(
        "bundle.yaml",
        "    entity: person\n    bands:",
        "    entity: person\n    domain: taxable_interest_income >= 0\n    bands:",
    )
    _draws(drawn, 1, 2)
    _run(drawn, "one")
    _draws(drawn, 2, 1)
    said = _run(drawn, "out")
    one, out = drawn.files("one"), drawn.files("out")
    assert {name for name in one if name.startswith("tables")} < out.keys()
    assert all(
        out[name] == one[name] for name in one if name.startswith("tables/") and name.endswith(".parquet")
    )
    assert not _interest(drawn, "out", 1).equals(_interest(drawn, "out", 2))
    assert {"facts.parquet", "facts@2.parquet", "croissant.json", "croissant@2.json"} <= out.keys()
    numbers = pl.read_parquet(drawn.folder / "out" / "numbers.parquet")
    weighted = numbers.filter(
        pl.col("variable") == "taxable_interest_income", pl.col("node").str.starts_with("export")
    )
    totals = [
        drawn.json("out/report.json")["validation"][name]["interest"]["total"]
        for name in ("totals", "totals@2")
    ]
    assert weighted["weighted_total"].to_list() == pytest.approx(totals)
    report = drawn.json("out/report.json")
    pooled = report["pooled"]["totals"]["aggregates"]["interest"]
    assert report["draws"] == 2
    assert pooled["draws"] == [
        report["validation"][name]["interest"]["total"] for name in ("totals", "totals@2")
    ]
    assert pooled["interval"][0] < pooled["estimate"] < pooled["interval"][1]
    assert pooled["between"] > 0 < pooled["within"]
    # Wages are not drawn: they are uncertain because a sample was asked, and for nothing else.
    assert report["pooled"]["totals"]["aggregates"]["wages"]["between"] == 0
    assert report["validation"]["totals@2"]["interest"]["source"] == "Nobody"
    assert "validation totals, all draws together" in said
    assert "gate nobody_owes: in every draw" in said
    assert "calibration by_age in each draw" in said
    assert drawn.specc("verify", "out").code == 0
    assert drawn.specc("report", "out").code == 0
    page = next((drawn.folder / "out").parent.glob("**/*.html")).read_text("utf-8")
    assert "Totals of 2 draws together: totals" in page


def test_a_second_store_gives_the_same_bytes_and_more_draws_the_same_second(drawn: Desk) -> None:
    """Whatever else runs: a draw depends on its name, not on how many there are."""
    _run(drawn, "out")
    _run(drawn, "again", "--store", "elsewhere")
    _draws(drawn, 4, 2)
    _run(drawn, "more")
    out, again, more = (drawn.files(name) for name in ("out", "again", "more"))
    data = {name for name in out if name.endswith((".parquet", "report.json", "plan.json"))}
    assert {name: again[name] for name in data} == {name: out[name] for name in data}
    tables = [name for name in out if name.startswith("tables") and name.endswith(".parquet")]
    assert {name: more[name] for name in tables} == {name: out[name] for name in tables}
    assert not _interest(drawn, "more", 2).equals(_interest(drawn, "more", 4))
    compared = drawn.specc("diff", "out", "more")
    assert "none of" in compared.out
    assert "totals, all draws: interest" in compared.out
    assert "tables@3/person.parquet age" in drawn.specc("diff", "out", "more", "--all").out


def test_a_plan_has_one_line_a_step(drawn: Desk) -> None:
    """With how often it is taken; what is shared has no number; totals count every node."""
    shown = drawn.specc("plan", "tiny").out
    lines = [line.split()[1:4] for line in shown.splitlines() if ".others" in line or "source." in line]
    assert lines == [["source.people", "population", "2"], ["impute.others.capital", "x", "2"]]
    assert "2 draws: steps with x 2 are taken once a draw" in shown
    assert "@2" not in shown
    whole = json.loads(drawn.specc("plan", "tiny", "--format", "json").out)
    assert f"{len(whole['nodes'])} nodes, about" in shown


def test_a_comparison_of_plans_folds_the_draws(drawn: Desk) -> None:
    """What is edited is one line for all draws; draws that come are one line."""
    drawn.specc("plan", "tiny", "--out", "plan.json")
    _draws(drawn, 5, 2)
    drawn.edit("sets.yaml", "trees: 5", "trees: 6")
    shown = drawn.specc("plan", "tiny", "--against", "plan.json").out
    assert "~ impute.others.capital x 2" in shown
    assert "+ impute.others.capital@3 to @5" in shown
    assert "impute.others.capital@4" not in shown
    assert "~ draws: 2 -> 5" in shown
    assert "contracts" not in shown
    fewer = drawn.specc("breaking", "tiny", "--against", "plan.json")
    assert fewer.code == 0


def test_fewer_draws_break_the_surface_under_the_name_of_the_export(drawn: Desk) -> None:
    """Which a bundle can accept: the files of other draws have no name of their own in it."""
    drawn.specc("plan", "tiny", "--out", "plan.json")
    _draws(drawn, 1, 2)
    broken = drawn.specc("breaking", "tiny", "--against", "plan.json")
    assert broken.code == 1
    assert "tables@2 is no longer published" in broken.out
    accepted = "breaks:\n  tables: {accept: file, reason: one draw is enough here, until: '2200-01'}\n"
    (drawn.bundle / "breaks.yaml").write_text(accepted)
    assert drawn.specc("breaking", "tiny", "--against", "plan.json").code == 0


def test_steps_are_those_of_every_draw_unless_one_is_named(drawn: Desk) -> None:
    """`STEP@2` is that of the second; a draw that is not there ends with 3."""

    def planned(*options: str) -> set[str]:
        shown = drawn.specc("run", "tiny", "--dry-run", *options).out
        words = [line.split() for line in shown.splitlines()]
        return {word[1] for word in words if word[:1] == ["build"] and word[1].startswith("impute")}

    both = {"impute.others.capital", "impute.others.capital@2"}
    assert planned("--only", "impute.others.capital") == both
    assert planned("--only", "impute.others") == both
    assert planned("--only", "impute.others@2") == {"impute.others.capital@2"}
    assert planned("--only", "impute.others.capital@1") == {"impute.others.capital"}
    unknown = drawn.specc("run", "tiny", "--dry-run", "--only", "impute.others@3")
    assert (unknown.code, unknown.out) == (3, "")
    _run(drawn, "out")
    again = drawn.specc("run", "tiny", "--dry-run", "--from", "impute.others.capital@2").out
    built = {line.split()[1] for line in again.splitlines() if line.startswith("  build")}
    assert built == {"impute.others.capital@2", "export.tables@2", "validate.totals@2", "pool.totals"}


def test_a_sample_is_drawn_several_times_too(drawn: Desk) -> None:
    """Of the same households in each draw."""
    _run(drawn, "half", "--sample", "50%")
    first, second = (_interest(drawn, "half", draw) for draw in (1, 2))
    assert first.len() == second.len() < 90
    assert not first.equals(second)


def test_the_life_of_a_variable_is_told_once(drawn: Desk) -> None:
    """With every file that it is exported to."""
    shown = drawn.specc("show", "taxable_interest_income", "tiny").out
    assert "impute.others.capital@2" not in shown
    assert "export.tables@2: tables@2" in shown
