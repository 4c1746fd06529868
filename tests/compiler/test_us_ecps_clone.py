"""The lists of the enhanced CPS's clone: every name is accounted for; both halves get what is for both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.compilation import compile_bundle

RECIPE = Path(__file__).parents[2] / "specs" / "us_ecps"
# What the enhanced CPS has in the survey's file, of the names that it means to draw for both halves.
EFFECTIVE_THERE = {
    "miscellaneous_income", "farm_operations_income", "estate_income_would_be_qualified",
    "farm_operations_income_would_be_qualified", "farm_rent_income_would_be_qualified",
    "partnership_s_corp_income_would_be_qualified", "rental_income_would_be_qualified",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Give the table of the clone's variables, as the plan has it."""
    plan = compile_bundle(RECIPE).plan
    assert plan is not None
    found: list[dict[str, Any]] = plan.metadata["clones"]["puf_support"]["surface"]
    return found


def _list(rows: list[dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows if row["list"] == f"references/{name}.yaml"}


@pytest.mark.parametrize(
    ("name", "number", "included"),
    [("imputed", 57, 39), ("both_halves", 38, 26), ("cps_only", 43, 27), ("special", 10, 5)],
)
def test_every_name_of_each_list_is_included_or_has_a_reason(
    rows: list[dict[str, Any]], name: str, number: int, included: int
) -> None:
    """T5, P32: no silent omission; a formula of the engine has the input that is drawn in its place."""
    listed = _list(rows, name)
    assert len(listed) == number
    assert sum(row["status"] == "included" for row in listed.values()) == included
    left_out = [row for row in listed.values() if row["status"] == "excluded"]
    assert all(row["reason"] and (row["instead"] or row["note"] or row["reason"].startswith("missing"))
               for row in left_out)  # fmt: skip


def test_what_both_halves_get_is_drawn_for_both(rows: list[dict[str, Any]]) -> None:
    """The enhanced CPS leaves zeros on the original half for 31 of the 38; here no included name is."""
    listed = _list(rows, "both_halves")
    assert len(listed.keys() - EFFECTIVE_THERE) == 31
    drawn = [row for row in listed.values() if row["status"] == "included"]
    assert {(row["halves"], row["absent"]) for row in drawn} == {("both", "create")}
    kept = {name for name, row in listed.items() if row["reason"] == "intentional_divergence"}
    assert kept == {"miscellaneous_income", "farm_operations_income"}


def test_special_names_have_what_brings_them_onto_copies(rows: list[dict[str, Any]]) -> None:
    """Weeks of unemployment, retirement accounts, parts of Social Security: after the clone, for copies."""
    listed = _list(rows, "special")
    assert listed["weeks_unemployed"]["halves"] == "later"
    assert {row["surface"] for row in listed.values()} == {"special", "survey_detail"}
    assert listed["roth_ira_contributions"]["instead"] == ["roth_ira_contributions_desired"]


def test_entities_of_what_is_drawn_are_the_engine_s(rows: list[dict[str, Any]]) -> None:
    """P34: what belongs to a tax unit is not drawn by person, but left to an imputation of tax units."""
    assert all(
        row["entity"] == "person" for row in rows if row["status"] == "included" and row["halves"] != "later"
    )
    other = {
        row["name"]: row["reason"]
        for row in _list(rows, "both_halves").values()
        if row["entity"] == "tax_unit"
    }
    assert "unsupported_entity_mapping" in other.values()
