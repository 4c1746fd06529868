"""`--without clone.NAME` and `specc ablation`: a recipe with and without its clone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

FLAGS = {"household_is_copy", "person_is_copy"}
ENTITIES = ("person", "household", "family", "tax_unit", "spm_unit", "marital_unit")


def _run(desk: Desk, *words: str) -> dict[str, str]:
    """Run the bundle; return by node whether it was built or reused."""
    ended = desk.specc("run", "tiny", "--quiet", *words)
    assert ended.code == 0, ended.err
    folder = "build/tiny-without-support" if "--without" in words else "build/tiny"
    manifest = desk.json(f"{folder}/run.manifest.json")
    actions: dict[str, str] = manifest["predicate"]["runDetails"]["metadata"]["x-specc-actions"]
    return actions


def _table(desk: Desk, folder: str, entity: str) -> pl.DataFrame:
    return pl.read_parquet(desk.folder / folder / "tables" / f"{entity}.parquet")


def test_ablation_turns_the_clone_off(cloned: Desk) -> None:
    """No copies, a folder of its own that says so, and what does not come after the clone is reused."""
    _run(cloned)
    actions = _run(cloned, "--without", "clone.support")
    whole, bare = (_table(cloned, f"build/{name}", "household") for name in ("tiny", "tiny-without-support"))
    assert (whole.height, bare.height) == (120, 60)
    assert not bare["household_is_copy"].any()
    assert whole["household_is_copy"].sum() == 60
    built = {name for name, action in actions.items() if action == "built"}
    assert "clone.support" in built
    assert not {name for name in built if name.startswith(("source.", "file.", "facts."))}
    manifest = cloned.json("build/tiny-without-support/run.manifest.json")
    external = manifest["predicate"]["buildDefinition"]["externalParameters"]
    assert external["without"] == ["clone.support"]
    assert cloned.json("build/tiny-without-support/report.json")["without"] == ["clone.support"]
    assert "without" not in cloned.json("build/tiny/report.json")
    assert _said_in_diff(cloned) == {"then": None, "now": "clone.support"}


def _said_in_diff(desk: Desk) -> dict[str, Any]:
    ended = desk.specc("diff", "build/tiny", "build/tiny-without-support", "--format", "json")
    said = {each["what"]: each for each in json.loads(ended.out)["about"]}
    return {side: said["without"][side] for side in ("then", "now")}


def test_a_gate_about_a_clone_says_nothing_where_it_is_off(cloned: Desk) -> None:
    """It is not applicable, and holds; with the clone it is a figure."""
    gate = "{clone: {clone: support, measure: copies}, at_least: 1}"
    cloned.edit("bundle.yaml", "  totals:\n", f"  totals:\n    gates: {{copies: {gate}}}\n")
    ended = cloned.specc("run", "tiny", "--without", "clone.support")
    assert ended.code == 0, ended.err
    assert "not applicable" in ended.out
    report = cloned.json("build/tiny-without-support/report.json")
    assert report["gates"]["totals"]["copies"]["applies"] is False
    summary = cloned.json("build/tiny-without-support/support_clone_summary.json")
    assert summary["rows"]["household"] == {"original": 60, "clone": 0, "final": 60}


def test_with_the_clone_off_nothing_else_changes(cloned: Desk) -> None:
    """The tables are those of the recipe without that step, flags and what both halves receive apart."""
    _run(cloned, "--without", "clone.support")
    cloned.edit("bundle.yaml", "    - clone: support\n", "")
    cloned.edit("bundle.yaml", ", taxable_interest_income]", "]")
    ended = cloned.specc("run", "tiny", "--quiet", "--out", "never")
    assert ended.code == 0, ended.err
    for entity in ENTITIES:
        off, never = (_table(cloned, name, entity) for name in ("build/tiny-without-support", "never"))
        added = {f"{entity}_is_copy", *({"taxable_interest_income"} if entity == "person" else ())}
        assert added <= set(off.columns)
        assert off.select(never.columns).equals(never)
        assert set(off.columns) - set(never.columns) <= {*added, *_notes(off)}


def _notes(table: pl.DataFrame) -> set[str]:
    """Return the columns that say which donor gave."""
    return {name for name in table.columns if name.startswith("donor_of_")}


def test_a_saved_plan_of_a_variant_is_carried_out(cloned: Desk) -> None:
    """It says what it is without, and is stale once the clone is gone."""
    shown = cloned.specc("plan", "tiny", "--without", "clone.support", "--out", "plan.json")
    assert "without clone.support" in shown.out
    assert cloned.json("plan.json")["without"] == ["clone.support"]
    assert cloned.specc("plan", "tiny", "--out", "whole.json").code == 0
    assert cloned.json("plan.json")["key"] != cloned.json("whole.json")["key"]
    diff = cloned.specc("plan", "tiny", "--without", "clone.support", "--against", "whole.json").out
    assert "without" in diff
    ended = cloned.specc("run", "plan.json", "--quiet", "--only", "clone")
    assert ended.code == 0, ended.err
    refused = cloned.specc("run", "plan.json", "--without", "clone.support")
    assert (refused.code, "give --without to `specc plan`" in refused.err) == (3, True)
    cloned.edit("bundle.yaml", "    - clone: support\n", "")
    assert cloned.specc("run", "plan.json").code == 5


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("clone.suport", "did you mean `clone.support`?"),
        ("support", "those of the bundle are clone.support"),
        ("impute.capital", "only clones can be left out; those of the bundle are clone.support"),
        ("calibrate.by_age", "`calibrate.by_age` is no clone"),
        ("", "`` is no clone"),
    ],
)
def test_what_is_no_clone_cannot_be_left_out(cloned: Desk, step: str, said: str) -> None:
    """What other steps write is read later on; a misspelt name gets the nearest."""
    for command in ("run", "plan"):
        ended = cloned.specc(command, "tiny", "--without", step)
        assert ended.code == 3
        assert said in ended.err


def _ablation(desk: Desk, *words: str) -> dict[str, Any]:
    ended = desk.specc("ablation", "tiny", "--quiet", "--format", "json", *words)
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_a_clone_is_worth_the_facts_that_it_carries(cloned: Desk) -> None:
    """Equal numbers of records, several seeds, intervals; trained is what both train, all else is scored."""
    found = _ablation(cloned, "--seeds", "3")
    whole, bare = found["variants"]
    assert (found["records"], found["seeds"]) == (bare["with_weight"] // 2, 3)
    assert (whole["variant"], bare["variant"]) == ("whole", "without support")
    assert (whole["households"], bare["households"]) == (120, 60)
    assert whole["halves"]["household_is_copy"]["active_households"] > 0
    assert bare["halves"]["household_is_copy"]["weight_share"] == 0
    assert whole["few_carriers"] < bare["few_carriers"]
    compared = found["comparisons"][0]
    assert compared["without"] == ["clone.support"]
    assert compared["trained"] == {"asked": 4, "fewest": 4}
    carried = compared["carried"]
    assert (carried["variant_only"], carried["whole_only"]) == (0, whole["facts"]["train"] - 4)
    assert sum(carried[name] for name in ("both", "whole_only", "variant_only", "neither")) == 13
    lines = {(line["scored"], line["family"]): line for line in compared["lines"]}
    assert {kind for kind, _ in lines} == {"holdout", "audit", "few carriers"}
    rich = lines["few carriers", "rich.rich"]
    assert (rich["facts"], rich["refitted"][1]) == (4, 1.0)
    assert all(len(line["interval"]) == 2 for line in compared["lines"])


def test_which_facts_a_clone_makes_worse_is_told_first(cloned: Desk) -> None:
    """Every scored fact has its errors, sorted by how much worse the whole recipe meets it."""
    found = _ablation(cloned, "--seeds", "3")
    facts = found["comparisons"][0]["facts"]
    assert len(facts) == 9
    differences = [fact["difference"] for fact in facts]
    assert differences == sorted(differences, reverse=True)
    assert differences[0] > 0 > differences[-1]
    assert {fact["scored"] for fact in facts if fact["fact"].startswith("rich")} == {"few carriers"}
    text = cloned.specc("ablation", "tiny", "--seeds", "3").out
    assert "facts that without support meets better, most first" in text
    assert "support is worth this" in text
    markdown = cloned.specc("ablation", "tiny", "--seeds", "3", "--format", "markdown").out
    assert "| too few carriers | rich.rich | 4 |" in markdown


def test_a_clone_of_nobody_is_worth_nothing(cloned: Desk) -> None:
    """Samples of variants are of the same records: what does not differ has a difference of zero, exactly."""
    cloned.edit(
        "clone.yaml",
        "    stored_weight: zero\n",
        "    stored_weight: zero\n    where: household_weight < 0\n",
    )
    lines = _ablation(cloned, "--seeds", "2")["comparisons"][0]["lines"]
    assert {(line["difference"], *line["interval"], line["winner"]) for line in lines} == {(0, 0, 0, None)}


def test_the_same_question_has_the_same_answer_and_builds_nothing_twice(cloned: Desk) -> None:
    """Samples are seeded; what the store has is reused."""
    first = _ablation(cloned, "--seeds", "2")
    assert _ablation(cloned, "--seeds", "2") == first
    again = cloned.specc("ablation", "tiny", "--seeds", "2", "--format", "json").err
    assert "built" not in again
    assert "[4/4] samples refitted" in again
    refused = cloned.specc("ablation", "tiny", "--records", "61")
    assert (refused.code, "samples of 61 households cannot be drawn from 60" in refused.err) == (3, True)


def test_what_is_asked_wrongly_is_refused(cloned: Desk) -> None:
    """With the culprit, and a code for wrong usage; before anything is built."""
    for words, said in ((("--calibration", "other"), "no calibration `other`"), (("--seeds", "1"), "range")):
        ended = cloned.specc("ablation", "tiny", *words)
        assert (ended.code, said in ended.err, "built" in ended.err) == (3, True, False)


def test_a_recipe_without_clones_has_nothing_to_leave_out(desk: Desk) -> None:
    """It says what compares other runs."""
    ended = desk.specc("ablation", "tiny", "--quiet")
    assert (ended.code, "tiny has no clone to leave out" in ended.err) == (3, True)
    ended = desk.specc("plan", "tiny", "--without", "clone.support")
    assert (ended.code, "the bundle has none" in ended.err) == (3, True)
