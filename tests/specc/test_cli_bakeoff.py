"""`specc bakeoff`: methods compared in processes of their own; what fails is a result."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk, Ended

_TOWN = Path(__file__).parents[2] / "docs" / "tutorial" / "town"
_BAKEOFF = """
bakeoffs:
  rates:
    imputation: housing
    methods:
      joint: {kind: forest}
      chained: {kind: qrf, trees: 5}
    metrics: [crps, zero_shares, prdc, rare_cells]
    folds: {count: 2, by: household}
    seeds: [1]
    draws: 4
    rare_cells: {old: {age: {at_least: 65}, real_estate_taxes: {above: 0}}}
"""


@pytest.fixture
def town(desk: Desk) -> Desk:
    """Give a desk with the town of the tutorial, and a bake-off in it."""
    shutil.copytree(_TOWN, desk.folder / "town")
    (desk.folder / "town" / "bakeoffs.yaml").write_text(_BAKEOFF, encoding="utf-8")
    return desk


def _bakeoff(town: Desk, *more: object) -> Ended:
    return town.specc("bakeoff", "town", "--out", "out", "--quiet", *more)


def _edit(town: Desk, old: str, new: str) -> None:
    path = town.folder / "town" / "bakeoffs.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _cells(town: Desk) -> list[dict[str, Any]]:
    lines = (town.folder / "out" / "rates" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_methods_stand_beside_each_other_and_the_one_in_use_is_marked(town: Desk) -> None:
    """Metrics, then what cells took; a page, a table and lines are written."""
    ended = _bakeoff(town)
    assert (ended.code, ended.err) == (0, "")
    for word in ("crps", "joint *", "chained", "best", "prdc", "seconds", "peak_bytes", "4 cells"):
        assert word in ended.out
    assert set(town.files("out")) == {
        f"rates/{n}" for n in ("results.parquet", "results.jsonl", "report.html")
    }


def test_every_cell_is_measured_and_scored(town: Desk) -> None:
    """Seconds, processor seconds and memory of its own process, and the sizes it was scored on."""
    _bakeoff(town)
    cells = _cells(town)
    assert {(c["method"], c["fold"], c["seed"]) for c in cells} == {
        (method, fold, 1) for method in ("joint", "chained") for fold in (1, 2)
    }
    for cell in cells:
        assert cell["seconds"] > 0
        assert cell["cpu_seconds"] >= 0
        assert cell["peak_bytes"] > 10_000_000
        assert (cell["donors"] + cell["recipients"], cell["draws"]) == (150, 4)
        assert cell["metrics"]["crps"]["summary"] > 0


def test_the_table_holds_what_the_lines_hold(town: Desk) -> None:
    """A row a value, the summary of each metric among them."""
    _bakeoff(town)
    table = pl.read_parquet(town.folder / "out" / "rates" / "results.parquet")
    summaries = table.filter((pl.col("metric") == "crps") & (pl.col("part") == "summary"))
    assert summaries["value"].to_list() == [c["metrics"]["crps"]["summary"] for c in _cells(town)]
    assert set(table["target"].drop_nulls()) == {"real_estate_taxes", "old"}
    assert table.filter(pl.col("target") == "old")["part"].to_list()[:1] == ["true_records"]


def test_what_was_computed_once_is_not_computed_again(town: Desk) -> None:
    """The same bytes; another method, or another name of one, computes its own cells alone."""
    _bakeoff(town)
    before = town.files("out")
    again = town.specc("bakeoff", "town", "--out", "out")
    assert "built" not in again.err
    assert town.files("out") == before
    _edit(
        town,
        "chained: {kind: qrf, trees: 5}",
        "later: {kind: qrf, trees: 5}\n      third: {kind: qrf, trees: 6}",
    )
    more = town.specc("bakeoff", "town", "--out", "out").err.splitlines()
    assert len([line for line in more if " built " in line]) == 2
    assert all(".third." in line for line in more if " built " in line)


def test_two_stores_and_any_number_of_cells_at_a_time_give_the_same_scores(town: Desk) -> None:
    """Only what cells took may differ."""
    _bakeoff(town, "--store", "s1/store")
    first = [cell["metrics"] for cell in _cells(town)]
    _bakeoff(town, "--store", "s2/store", "--jobs", 2)
    assert [cell["metrics"] for cell in _cells(town)] == first


def test_a_method_that_fails_is_a_result_and_the_others_go_on(town: Desk) -> None:
    """The command ends with 1 and names the cells; they are in every file, and not in the comparison."""
    _edit(town, "trees: 5}", "trees: 5, predictors_per_split: 9}")
    ended = _bakeoff(town)
    assert ended.code == 1
    assert "2 cells, 2 failed" in ended.out
    assert "chained, fold 2, seed 1: predictors_per_split is 9, but there are 2 predictors" in ended.out
    wrong = [cell for cell in _cells(town) if cell["state"] == "failed"]
    assert [cell["method"] for cell in wrong] == ["chained", "chained"]
    assert all("predictors_per_split" in cell["error"]["message"] for cell in wrong)
    table = pl.read_parquet(town.folder / "out" / "rates" / "results.parquet")
    assert table.filter(pl.col("state") == "failed")["error"].null_count() == 0
    assert "predictors_per_split is 9" in town.files("out")["rates/report.html"].decode()


def test_a_failed_cell_is_tried_again(town: Desk) -> None:
    """It may have failed for want of memory, and nothing of it is kept; the others are."""
    _edit(town, "trees: 5}", "trees: 5, predictors_per_split: 9}")
    _bakeoff(town)
    again = town.specc("bakeoff", "town", "--out", "out")
    assert again.code == 1
    assert "reused  bakeoff.rates.joint.fold1.seed1" in again.err


def test_donors_that_cannot_be_had_end_the_command(town: Desk) -> None:
    """That is no matter of a method: no table is written."""
    (town.folder / "town" / "data" / "owners.csv").unlink()
    ended = _bakeoff(town)
    assert ended.code not in (0, 1)
    assert not (town.folder / "out").exists()


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_other_forms_say_the_same(town: Desk, form: str) -> None:
    """JSON has all cells; Markdown is a table."""
    ended = _bakeoff(town, "--format", form)
    assert ended.code == 0
    if form == "json":
        (found,) = json.loads(ended.out)
        assert found["cells"] == _cells(town)
        assert {line["method"] for line in found["summary"] if line["ours"]} == {"joint"}
    else:
        assert ended.out.startswith("### Bake-off <code>rates</code>")
        assert "| crps | joint \\* |" in ended.out


def test_the_page_stands_alone(town: Desk) -> None:
    """It asks nobody for anything, and has every target's values."""
    _bakeoff(town)
    page = town.files("out")["rates/report.html"].decode()
    assert "http://" not in page.replace("http://www.w3.org", "")
    for word in ("real_estate_taxes", "drawn_share", "Failed cells", "There are none."):
        assert word in page


def test_a_name_picks_one_and_an_unknown_one_is_refused(town: Desk) -> None:
    """With what it may have meant."""
    assert _bakeoff(town, "rates").code == 0
    ended = _bakeoff(town, "rate")
    assert ended.code == 3
    assert "has no bake-off `rate`" in ended.err
    assert "`rates`" in ended.err


def test_a_bundle_without_bakeoffs_is_refused(desk: Desk) -> None:
    """There is nothing to carry out."""
    ended = desk.specc("bakeoff", "tiny")
    assert (ended.code, "declares no bake-off" in ended.err) == (3, True)


def test_an_imputation_that_nothing_draws_has_no_donors_to_compare_on(town: Desk) -> None:
    """It is said so, rather than guessed."""
    bundle = town.folder / "town" / "bundle.yaml"
    bundle.write_text(
        bundle.read_text(encoding="utf-8").replace("    - impute: housing\n", ""), encoding="utf-8"
    )
    ended = _bakeoff(town)
    assert ended.code == 1
    assert ended.out == ""


def test_a_bundle_with_errors_is_told_them(town: Desk) -> None:
    """As by every command."""
    _edit(town, "imputation: housing", "imputation: hausing")
    ended = _bakeoff(town)
    assert ended.code == 1
    assert "SPC201" in ended.err
