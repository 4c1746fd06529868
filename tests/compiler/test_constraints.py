"""Constraints in a plan: what they read and write, and what does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit, findings

from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan

RULES = (
    "{part: real_estate_taxes, whole: employment_income_before_lsr, adjust: part}",
    "{at_least: 0, of: [real_estate_taxes, taxable_interest_income]}",
    "{at_most: case when age >= 50 then 8000 else 7000 end, of: [taxable_interest_income]}",
)


def bundle(folder: Path, *rules: str, name: str = "accounting") -> Path:
    """Write the base bundle with a set of rules that holds before `materialise`."""
    base_bundle(folder)
    listed = "".join(f"      - {rule}\n" for rule in rules)
    text = f"constraints:\n  {name}:\n    entity: person\n    rules:\n{listed}"
    (folder / "constraints.yaml").write_text(text, encoding="utf-8")
    edit(folder, "bundle.yaml", "    - materialise", f"    - constrain: {name}\n    - materialise")
    return folder


def plan(folder: Path) -> Plan:
    """Return the plan of a bundle without findings."""
    assert findings(folder) == []
    made = compile_bundle(folder).plan
    assert made is not None
    return made


def test_the_constrained_columns_are_read_from_the_step_afterwards(tmp_path: Path) -> None:
    """The new owner is the constraint; what it keeps stays with who wrote it."""
    made = plan(bundle(tmp_path / "a", *RULES))
    columns = made.node("materialise.tax").inputs.frames["frame"].columns["person"]
    assert columns["real_estate_taxes"].node == "constrain.accounting"
    assert columns["taxable_interest_income"].node == "constrain.accounting"
    assert columns["employment_income_before_lsr"].node == "uprate.to_2023"
    assert made.node("constrain.accounting").outputs == {
        "person": ("real_estate_taxes", "taxable_interest_income")
    }
    assert made.node("constrain.accounting").stream is None


def test_the_order_of_the_rules_is_not_part_of_the_plan(tmp_path: Path) -> None:
    """Written backwards, or one of them twice, they give the node of the same key."""
    key = plan(bundle(tmp_path / "a", *RULES)).key
    assert plan(bundle(tmp_path / "b", *RULES[::-1])).key == key
    assert plan(bundle(tmp_path / "c", *RULES, RULES[1])).key == key
    assert plan(bundle(tmp_path / "d", *RULES[1:])).key != key


@pytest.mark.parametrize("again", [True, False])
def test_a_later_set_may_move_a_variable_if_it_repeats_the_rule(tmp_path: Path, *, again: bool) -> None:
    """Without the rule in it, the second set may break what the first made to hold."""
    folder = bundle(tmp_path / "a", "{at_least: 0, of: [real_estate_taxes]}", name="signs")
    repeated = "      - {at_least: 0, of: [real_estate_taxes]}\n" if again else ""
    with (folder / "constraints.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  limits:\n    entity: person\n    rules:\n"
            f"      - {{at_most: 9000, of: [real_estate_taxes]}}\n{repeated}"
        )
    edit(
        folder, "bundle.yaml", "    - constrain: signs\n", "    - constrain: signs\n    - constrain: limits\n"
    )
    assert ["SPC421" in line for line in findings(folder)] == ([] if again else [True])


def test_a_constraint_that_no_step_names_is_unused(tmp_path: Path) -> None:
    """A bake-off is not: nothing could name it."""
    folder = bundle(tmp_path / "a", *RULES)
    edit(folder, "bundle.yaml", "    - constrain: accounting\n", "")
    (folder / "bakeoffs.yaml").write_text(
        "bakeoffs:\n  it: {imputation: detail, methods: {a: {kind: forest}, b: {kind: qrf}}, metrics: [crps],"
        " folds: {count: 3, by: household}, seeds: [1]}\n",
        encoding="utf-8",
    )
    assert [line.split(" | ")[0] for line in findings(folder)] == [
        "constraints.yaml:2:3 SPC507 nothing uses `accounting` of `constraints`"
    ]


def test_a_donor_sample_is_part_of_the_key_and_reads_what_tells_the_top(tmp_path: Path) -> None:
    """The plan says how many donors, who is kept, and by which stream the rest is drawn."""
    donor = "{source: donors, uprate: to_2023"
    sample = ", sample: {records: 50, keep: {top: 0.01, by: employment_income_before_lsr}}}"
    plain = plan(base_bundle(tmp_path / "a")).node("impute.detail.income")
    folder = base_bundle(tmp_path / "b")
    edit(folder, "detail.yaml", f"{donor}}}", donor + sample)
    sampled = plan(folder).node("impute.detail.income")
    assert "sample" not in plain.parameters
    assert sampled.parameters["sample"] == {
        "records": 50,
        "top": {"share": 0.01, "by": "employment_income_before_lsr"},
        "stream": "impute.detail.donors",
    }
    assert "employment_income_before_lsr" in sampled.inputs.frames["donor"].columns["person"]
    assert sampled.key != plain.key
