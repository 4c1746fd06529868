"""The order in which donors give is derived from the pipeline, told by the plan, and a clone comes first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from compiler_bundles import CASES, base_bundle, case_bundle, edit

from compiler.compilation import compile_bundle
from specc.render.plan import plan_text

if TYPE_CHECKING:
    from compiler.plan import Plan

SPECS = Path(__file__).parents[2] / "specs"


def _plan(folder: Path) -> Plan:
    plan = compile_bundle(folder).plan
    assert plan is not None
    return plan


def test_the_plan_says_which_donors_give_in_which_order() -> None:
    """P38, P41: of a recipe with donors behind the clone, those sources, each once, the clone's first."""
    plan = _plan(SPECS / "us_ecps")
    orders = plan.metadata
    assert orders["clone_source_order"] == ["puf"]
    assert orders["donor_source_order"] == ["puf", "acs_2022", "sipp_2023", "org_2024", "scf_2022"]
    steps = [each["step"] for each in orders["donor_order"]]
    assert steps[0] == "clone.puf_support"
    assert "impute.survey_detail" not in steps, "rows of the frame itself are no donor from outside"


def test_the_order_of_a_file_is_not_that_of_the_pipeline(tmp_path: Path) -> None:
    """P39: sources and imputations may be written in any order; the pipeline says who gives when."""
    two = _plan(case_bundle(CASES / "clean_two_clones", tmp_path / "two"))
    assert [each["step"] for each in two.metadata["donor_order"]] == ["clone.support", "clone.tail"]
    folder = case_bundle(CASES / "clean_two_clones", tmp_path / "turned")
    edit(
        folder,
        "bundle.yaml",
        "    - clone: support\n    - clone: tail\n",
        "    - clone: tail\n    - clone: support\n",
    )
    turned = _plan(folder)
    assert [each["step"] for each in turned.metadata["donor_order"]] == ["clone.tail", "clone.support"]


def test_people_are_shown_the_order_where_there_is_a_clone(tmp_path: Path) -> None:
    """P42: in the text of `specc plan`, next to what else is planned."""
    shown = plan_text(_plan(base_bundle(tmp_path / "base")))
    assert "  donors, in order: donors (clone.support)\n" in shown


@pytest.mark.parametrize("bundle", ["us_ecps", "us_open"])
def test_donors_behind_a_clone_give_to_both_halves(bundle: str) -> None:
    """T3: whatever draws after the clone reads the frame with the copies in it."""
    plan = _plan(SPECS / bundle)
    clones = [node.address for node in plan.nodes if node.operation == "clone"]
    imputed = [n for n in plan.nodes if n.operation == "impute" and "@" not in n.address]
    assert clones
    assert all(clones[0] in node.inputs.frames["recipient"].rows for node in imputed)


def test_a_second_clone_is_told_of_the_first(tmp_path: Path) -> None:
    """PX1: it reads the flag of what the first has made, which it does not copy; halves are its own."""
    plan = _plan(case_bundle(CASES / "clean_two_clones", tmp_path / "bundle"))
    second = plan.node("clone.tail").parameters
    assert second["earlier"] == ["household_is_clone"]
    assert second["where"] == "sum(employment_income_before_lsr) over household > 200000"
    assert plan.node("impute.tail_detail.income").parameters["halves"] == {
        "flag": "person_in_the_tail", "clone_only": ["taxable_interest_income"],
    }  # fmt: skip
