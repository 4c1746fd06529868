"""The life of a variable, and the plan as a graph, over the small bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle

from compiler.compilation import compile_bundle
from compiler.plan.graph import dot, edges, mermaid
from compiler.plan.life import ALL_ROWS, CLONES, life, variables

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Give the plan of the small bundle."""
    compiled = compile_bundle(base_bundle(tmp_path / "bundle"))
    assert compiled.plan is not None
    return compiled.plan


def test_writers_stand_in_the_order_in_which_they_run(plan: Plan) -> None:
    """From the sources to the last node that writes it anew; clones are told from all rows."""
    written = life(plan, "taxable_interest_income").written
    assert {"source.survey", "source.donors"} <= {w.node for w in written}
    assert {w.node: w.rows for w in written}["impute.detail.income"] == CLONES
    assert written[-1].node == "uprate.to_2023"
    assert {w.node: w.rows for w in life(plan, "real_estate_taxes").written}[
        "impute.detail.costs"
    ] == ALL_ROWS


def test_an_imputation_says_who_receives_where_the_others_keep_their_own(tmp_path: Path) -> None:
    """The condition itself: which rows those are, only the data know."""
    folder = base_bundle(tmp_path / "bundle")
    detail, bundle = folder / "detail.yaml", folder / "bundle.yaml"
    own = (
        "imputations:\n  own:\n    donor: {rows: not person_is_clone}\n    receive: person_is_clone\n"
        "    elsewhere: keep\n    entity: person\n    weights: design\n    predictors: [age]\n"
        "    blocks: {it: {targets: [employment_income_before_lsr], model: {kind: forest}}}\n"
    )
    detail.write_text(detail.read_text().replace("imputations:\n", own))
    bundle.write_text(
        bundle.read_text().replace("- clone: support\n", "- clone: support\n    - impute: own\n")
    )
    plan = compile_bundle(folder).plan
    assert plan is not None
    written = {w.node: w.rows for w in life(plan, "employment_income_before_lsr").written}
    assert written["impute.own.it"] == "where person_is_clone"


def test_readers_say_whose_values_they_read(plan: Plan) -> None:
    """The same name is read as different nodes wrote it."""
    read = {(r.node, r.role): r.written_by for r in life(plan, "real_estate_taxes").read}
    assert read["impute.detail.costs", "donor"] == "uprate.to_2023.donors"
    assert read["export.dataset", "frame"] == "uprate.to_2023"


def test_files_are_named_in_which_it_is_exported(plan: Plan) -> None:
    """What the engine computes goes into tables only."""
    assert life(plan, "real_estate_taxes").exports == ("export.dataset: small.h5", "export.dataset: tables")
    assert life(plan, "snap").exports == ("export.dataset: tables",)


def test_a_declared_variable_is_computed_where_it_is_read(plan: Plan) -> None:
    """Its expression is told with the nodes that compute it; no node writes it."""
    shown = life(plan, "unit_wages")
    (computed,) = shown.computed
    assert computed.expression == "sum(employment_income_before_lsr) over tax_unit"
    assert computed.read_by == ("impute.detail.income", "impute.detail.costs")
    assert not shown.written


def test_every_variable_of_a_plan_has_a_life(plan: Plan) -> None:
    """What is read is written or computed; what is not there is empty."""
    assert {name for name in variables(plan) if life(plan, name).empty} == set()
    assert life(plan, "nowhere").empty


def test_every_node_and_edge_is_drawn_once(plan: Plan) -> None:
    """In both languages, and an arrow never points back."""
    place = {node.address: number for number, node in enumerate(plan.nodes)}
    assert all(place[read] < place[reader] for read, reader in edges(plan))
    assert mermaid(plan).count(" --> ") == dot(plan).count(" -> ") == len({*edges(plan)})
    for address in place:
        assert mermaid(plan).count(f'["{address}"]') == 1
        assert dot(plan).count(f'\n  "{address}";') == 1
