"""`model: {kind: auto}` in a run: the choice is told and priced, and the winner draws as if it was named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from cli_desk import Desk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_TOWN = Path(__file__).parents[2] / "docs" / "tutorial" / "town"
_FOREST, _QRF = "{kind: forest, trees: 20}", "{kind: qrf, trees: 5}"
_AUTO = (
    "{kind: auto, candidates: [CANDIDATES], metric: crps, folds: {count: 3, by: household}, draws: 4}"
).replace


@pytest.fixture
def town(desk: Desk) -> Desk:
    """Give a desk with the town of the tutorial."""
    shutil.copytree(_TOWN, desk.folder / "town")
    return desk


def _drawn_by(town: Desk, model: str) -> None:
    path = _TOWN / "detail.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("{kind: forest}") == 1
    (town.folder / "town" / "detail.yaml").write_text(text.replace("{kind: forest}", model), encoding="utf-8")


def _ran(town: Desk, *, is_auto: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """Run up to the imputation; return the notes of its step, and the digests of what it wrote."""
    ended = town.specc("run", "town", "--only", "impute.housing", "--quiet", "--in-process")
    assert ended.code == 0, ended.err
    for path in (town.folder / ".specc" / "store" / "actions").glob("*.json"):
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        step = manifest["predicate"]["buildDefinition"]["internalParameters"]["address"]
        said = manifest["predicate"]["x-specc"]
        if step == "impute.housing.rates" and ("auto" in said) == is_auto:
            return said, {each["name"]: each["digest"]["sha256"] for each in manifest["subject"]}
    raise AssertionError("the store has no manifest of the step")


def test_the_winner_draws_as_if_it_had_been_named(town: Desk) -> None:
    """The same values to the byte; the choice is in the manifest."""
    _drawn_by(town, _AUTO("CANDIDATES", f"{_FOREST}, {_QRF}"))
    notes, written = _ran(town, is_auto=True)
    said = notes["auto"]
    assert (said["metric"], said["folds"], len(said["candidates"])) == ("crps", 3, 2)
    assert all(len(each["scores"]) == 3 for each in said["candidates"])
    _drawn_by(town, (_FOREST, _QRF)[said["chosen"]])
    assert _ran(town, is_auto=False)[1] == written


def test_all_candidates_failing_ends_the_run(town: Desk) -> None:
    """With the reason, once."""
    wrong = "{kind: qrf, predictors_per_split: 9}, {kind: qrf, trees: 7, predictors_per_split: 9}"
    _drawn_by(town, _AUTO("CANDIDATES", wrong))
    ended = town.specc("run", "town", "--only", "impute.housing", "--quiet", "--in-process")
    assert ended.code not in (0, 1)
    assert "none of `qrf`, `qrf` can be tried on these donors" in ended.err


def test_a_plan_prices_all_trials(town: Desk) -> None:
    """More than each candidate alone: the sum over folds, and the dearer one as winner."""
    prices = {}
    for model in (_FOREST, _QRF, _AUTO("CANDIDATES", f"{_FOREST}, {_QRF}")):
        _drawn_by(town, model)
        plan = json.loads(town.specc("plan", "town", "--format", "json").out)
        (node,) = (node for node in plan["nodes"] if node["address"] == "impute.housing.rates")
        prices[model] = node["estimate"]["seconds"]
    forest, chained, auto = prices.values()
    assert auto > 3 * (forest + chained) * 0.9


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")
def test_a_report_tells_what_was_chosen_and_why(town: Desk) -> None:
    """In a browser: the winner first, every candidate's scores, who was out and why; sorted by a press."""
    _drawn_by(town, _AUTO("CANDIDATES", f"{_FOREST}, {_QRF}, {{kind: qrf, predictors_per_split: 9}}"))
    assert town.specc("run", "town", "--out", "out", "--quiet", "--in-process").code == 0
    assert town.specc("report", "out").code == 0
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = started.new_page()
        page.goto((town.folder / "out.html").as_uri())
        block = page.locator("#imputation article", has_text="impute.housing.rates")
        assert "was chosen of 3 candidates: it has the least mean crps" in block.inner_text()
        assert "qrf (leaf 5, predictors_per_split 9, trees 100) is out, in fold 1" in block.inner_text()
        table = block.get_by_role("region", name="impute.housing.rates: how the method was chosen")
        table.get_by_role("button", name="mean crps").click()
        rows = [row.split("\t") for row in table.locator("tbody tr").all_inner_texts()]
        started.close()
    assert {row[1] for row in rows} == {"chosen", "", "out"}
    scored = {row[0]: float(row[2]) for row in rows if row[1] != "out"}
    (chosen,) = (row[0] for row in rows if row[1] == "chosen")
    assert chosen == min(scored, key=scored.__getitem__)
    assert all(len(row) == 6 for row in rows)
