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
_HOME_OF_OWNERS = """        real_estate_taxes: {head: property_tax}
        home: {head: "case when property_tax > 2000 then 'LARGE' else 'SMALL' end"}"""


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


def test_a_cell_over_its_memory_is_ended_and_that_is_a_result(town: Desk) -> None:
    """With the figure and its kind, in every file."""
    _edit(town, "    seeds: [1]", "    seeds: [1]\n    memory: 100 MiB")
    ended = _bakeoff(town)
    assert ended.code == 1
    cells = _cells(town)
    assert {cell["state"] for cell in cells} == {"failed"}
    for cell in cells:
        assert cell["error"]["kind"] == "over-budget"
        assert "and the budget is 0.10 GiB" in cell["error"]["message"]
        assert "`memory:`" in cell["error"]["remedy"]
    table = pl.read_parquet(town.folder / "out" / "rates" / "results.parquet")
    assert set(table["error_kind"]) == {"over-budget"}


def test_totals_after_a_calibration_are_scored(town: Desk) -> None:
    """By cell and fact: what is true, drawn, calibrated; facts held out are the score. Memory is ample."""
    facts = """downstream:
      facts:
        everybody: {role: train}
        rates: {role: train, sum: real_estate_taxes}
        rates_of_old: {role: holdout, sum: real_estate_taxes, within: {age: {at_least: 65}}}
      method: {kind: dual, penalty: 0.01}
    rare_cells:"""
    _edit(town, "rare_cells:", facts)
    _edit(town, "    seeds: [1]", "    seeds: [1]\n    memory: 4 GiB")
    _edit(town, "metrics: [crps,", "metrics: [downstream, crps,")
    ended = _bakeoff(town)
    assert (ended.code, ended.err) == (0, "")
    table = pl.read_parquet(town.folder / "out" / "rates" / "results.parquet")
    found = table.filter(pl.col("metric") == "downstream")
    by_part = found.pivot("part", index=["method", "fold", "target"], values="value")
    trained = by_part.filter(pl.col("target").is_in(["everybody", "rates"]))
    assert trained["calibrated"].to_list() == pytest.approx(trained["true"].to_list(), rel=0.02)
    held = by_part.filter(pl.col("target") == "rates_of_old")
    summary = by_part.filter(pl.col("target").is_null())
    assert held["error"].to_list() == pytest.approx(summary["summary"].to_list())


def test_text_is_a_predictor_and_a_target_of_a_bakeoff(town: Desk) -> None:
    """The size of a home is drawn, then rates given it; a method of numbers fails, and says why."""
    folder = town.folder / "town"
    for file, old, new in (
        ("sources.yaml", "        real_estate_taxes: {head: property_tax}", _HOME_OF_OWNERS),
        ("detail.yaml", "variables:\n", "variables:\n  home: {entity: person, type: str}\n"),
        ("detail.yaml", "    where: is_head\n    elsewhere: zero\n", ""),
        (
            "detail.yaml",
            "      rates:\n",
            "      homes: {targets: [home], model: {kind: forest}}\n      rates:\n",
        ),
        (
            "detail.yaml",
            "        model: {kind: forest}\n",
            "        after: [homes]\n        model: {kind: forest}\n",
        ),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    _edit(town, "chained: {kind: qrf, trees: 5}", "chained: {kind: qrf, trees: 5}\n      line: {kind: ols}")
    _edit(town, "metrics: [crps,", "metrics: [total_errors, mutual_information_error, crps,")
    ended = _bakeoff(town)
    assert ended.code == 1
    assert ended.out.count("the target `home` is text, which the method cannot draw") == 2
    done = [cell for cell in _cells(town) if cell["method"] != "line"]
    assert {cell["state"] for cell in done} == {"done"}
    table = pl.read_parquet(town.folder / "out" / "rates" / "results.parquet")
    parts = table.filter((pl.col("target") == "home") & (pl.col("metric") == "total_errors"))["part"]
    assert set(parts) == {
        f"{home}: {part}" for home in ("LARGE", "SMALL") for part in ("true", "drawn", "error")
    }
