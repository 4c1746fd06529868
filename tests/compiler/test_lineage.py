"""Column lineage is read off the plan: what a column is made of, and what only decides its value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.compilation import compile_bundle
from compiler.plan import ENTITIES, ColumnRef, FrameRef, Inputs, Node
from compiler.plan.lineage import Origin, all_origins, lineage
from compiler.plan.mentions import mentions
from compiler.plan.origins import ORIGINS

if TYPE_CHECKING:
    from compiler.plan import Plan

SPECS = Path(__file__).resolve().parents[2] / "specs"
# What these write has no columns of entities, or is made by the engine.
WHOLE = {"export", "facts", "file", "materialise", "matrix", "units", "validate"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give the plan of a sample of the shipped bundle."""
    found = compile_bundle(SPECS / "us_open", sample=0.1).plan
    assert found is not None
    return found


def _of(plan: Plan, node: str, column: str) -> set[tuple[str, str, str]]:
    found = next(columns[column] for columns in lineage(plan.node(node)).values() if column in columns)
    return {(origin.node, origin.column, origin.kind) for origin in found}


def test_a_column_of_a_source_is_made_of_the_files_columns(plan: Plan) -> None:
    """`e00600 - e00650` reads both; what chooses the rows only decides."""
    found = _of(plan, "source.cps_2014", "non_qualified_dividend_income")
    direct = {column for _, column, kind in found if kind == "TRANSFORMATION"}
    assert direct == {"e00600", "e00650"}
    assert {node for node, _, _ in found} == {"file.cps_2012"}


def test_what_rules_say_of_a_person_leads_to_the_step_that_applies_them() -> None:
    """Role and relation come from the tax units; those come from what the rules are asked of the files."""
    found = compile_bundle(SPECS / "us_ecps").plan
    assert found is not None
    source = lineage(found.node("source.asec"))["person"]
    made = Origin("units.asec", None, "role", "TRANSFORMATION")
    assert [each for each in source["tax_unit_role_input"] if each.kind == "TRANSFORMATION"] == [made]
    assert source["is_related_to_head_or_spouse"][0].column == "related"
    assert Origin("file.asec", None, "A_AGE", "TRANSFORMATION") in all_origins(found.node("units.asec"))


def test_an_imputed_column_is_a_donors_and_predictors_only_decide(plan: Plan) -> None:
    """The value is copied from the uprated donor; the predictors of both sides choose whose."""
    found = _of(plan, "impute.tax_detail.capital", "taxable_interest_income")
    assert ("uprate.to_2023.cps_2012", "taxable_interest_income", "IDENTITY") in found
    assert ("source.cps_2014", "age", "CONDITIONAL") in found
    assert ("clone.puf_support", "person_is_puf_clone", "CONDITIONAL") in found
    assert not {column for _, column, kind in found if kind == "IDENTITY"} - {"taxable_interest_income"}


def test_a_predictor_that_is_computed_leads_to_what_it_is_computed_of(plan: Plan) -> None:
    """A view is no column of its own: `unit_wages` is the wages of the unit's persons."""
    columns = {column for _, column, _ in _of(plan, "impute.tax_detail.capital", "taxable_interest_income")}
    assert "employment_income_before_lsr" in columns
    assert "unit_wages" not in columns


def test_an_uprated_column_is_made_of_itself_and_its_index(plan: Plan) -> None:
    """The index and the year of the table of growth."""
    found = _of(plan, "uprate.to_2023.cps_2012", "charitable_cash_donations")
    assert {(node, column) for node, column, _ in found} == {
        ("file.growth_factors", "ATXPY"),
        ("file.growth_factors", "YEAR"),
        ("source.cps_2012", "charitable_cash_donations"),
    }


def test_a_level_of_a_derivation_is_made_of_what_the_level_before_is_made_of() -> None:
    """What a node computes on the way is no origin."""
    refs = {"person": {"wages": ColumnRef("source", 1)}}
    rule = {"type": "DOUBLE", "where": None, "elsewhere": None}
    levels = [
        [{**rule, "name": "half", "value": "wages / 2"}],
        [{**rule, "name": "quarter", "value": "half / 2"}],
    ]
    frames = {"level_0": FrameRef(("source",), refs), "level_1": FrameRef(("source",), {})}
    outputs: dict[str, tuple[str, ...]] = {"person": ("half", "quarter")}
    node = Node("derive.parts", "derive", 1, {"levels": levels}, Inputs(frames), outputs)
    assert lineage(node)["person"]["quarter"] == (Origin("source", "person", "wages", "TRANSFORMATION"),)


@pytest.mark.parametrize("bundle", ["us_open", "us_ecps"])
def test_every_operation_says_what_its_columns_are_made_of(bundle: str) -> None:
    """An operation is in the table, or known to have no columns to tell of."""
    found = compile_bundle(SPECS / bundle).plan
    assert found is not None
    assert {node.operation for node in found.nodes} <= set(ORIGINS) | WHOLE
    for node in found.nodes:
        if node.operation in ORIGINS:
            written = {entity: set(names) for entity, names in node.outputs.items() if entity in ENTITIES}
            assert {entity: set(names) for entity, names in lineage(node).items()} == written


def test_every_origin_is_a_column_that_an_earlier_node_writes_or_a_file_has(plan: Plan) -> None:
    """No origin is made up."""
    known: dict[str, set[str]] = {}
    for node in plan.nodes:
        for columns in lineage(node).values():
            for origin in (each for found in columns.values() for each in found):
                assert origin.entity is None or origin.column in known[origin.node]
        for origin in all_origins(node):
            assert origin.entity is None or origin.column in known[origin.node]
        known[node.address] = {name for names in node.outputs.values() for name in names}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wages + Age", ["wages", "age"]),
        ("case when state = 'wages' then age end", ["age"]),
        ("'it''s age' || \"odd name\"", ["odd name"]),
        ("wagesplus + age2", []),
    ],
)
def test_a_text_is_no_column_and_a_part_of_a_name_is_none(text: str, found: list[str]) -> None:
    """Names as SQL has them: any case, in quotes where they are odd."""
    assert mentions(text, ["wages", "age", "odd name"]) == found
