"""What the compiler knows of a frame's columns: nulls, months, owners, halves, donors by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import US_OPEN, base_bundle, edit, findings

from compiler.catalog.engine import engine_catalog
from compiler.compilation import compile_bundle
from compiler.facets import changes, facets

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.compilation import Compilation
    from compiler.frame import Column
    from compiler.plan import Node

COLUMN = "real_estate_taxes: {head: property_tax}"
AGAIN = """imputations:
  again:
    donor: {source: donors, uprate: to_2023}
    entity: person
    weights: design
    predictors: [age]
    blocks:
      costs: {targets: [real_estate_taxes], model: {kind: forest}}
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Give the small bundle in a folder of its own."""
    return base_bundle(tmp_path / "bundle")


def _column(compiled: Compilation, step: str, name: str) -> Column:
    (stage,) = [stage for stage in compiled.frames if stage.step == step]
    return stage.frame.columns[name]


def _node(compiled: Compilation, address: str) -> Node:
    assert compiled.plan is not None
    (node,) = [node for node in compiled.plan.nodes if node.address == address]
    return node


def test_halves_of_a_clone_have_owners_of_their_own(bundle: Path) -> None:
    """The original half keeps the survey's value; what is drawn for both halves has one owner."""
    compiled = compile_bundle(bundle)
    shared = _column(compiled, "clone.support", "taxable_interest_income").owners
    assert {half: owner.definition for half, owner in shared.items() if owner} == {
        "original": "sources.survey", "clone": "imputations.detail",
    }  # fmt: skip
    both = _column(compiled, "clone.support", "real_estate_taxes").owners
    assert {half: owner.definition for half, owner in both.items() if owner} == {"both": "imputations.detail"}


def test_owner_is_who_wrote_the_value_and_not_who_moved_it(bundle: Path) -> None:
    """Uprating and sampling change amounts and rows, not whose they are."""
    compiled = compile_bundle(bundle, sample=0.5)
    moved = _column(compiled, "uprate.to_2023", "employment_income_before_lsr")
    assert moved.owner is not None
    assert moved.owner.definition == "sources.survey"
    assert (moved.period, moved.per) == (2023, "year")


def test_every_column_has_an_owner(bundle: Path) -> None:
    """No step forgets to say that it wrote something."""
    for compiled in (compile_bundle(bundle), compile_bundle(US_OPEN)):
        columns = [c for stage in compiled.frames for c in stage.frame.columns.values()]
        assert columns
        assert [c.name for c in columns if c.owner is None] == []


def test_amount_of_a_month_becomes_the_years(bundle: Path) -> None:
    """The plan multiplies by twelve what a source gives for a month, and nothing else."""
    monthly = (
        COLUMN
        + "\n        sd_ssp_approved_care_cost: {head: wages + 1}"
        + "\n      per: {sd_ssp_approved_care_cost: month}"
    )
    edit(bundle, "sources.yaml", COLUMN, monthly)
    edit(bundle, "uprating.yaml", "real_estate_taxes]", "real_estate_taxes, sd_ssp_approved_care_cost]")
    assert _given(bundle) == "(wages + 1) * 12"
    edit(bundle, "sources.yaml", "care_cost: month", "care_cost: year")
    assert _given(bundle) == "wages + 1"


def _given(bundle: Path) -> str:
    columns = _node(compile_bundle(bundle), "source.survey").parameters["columns"]
    (rule,) = [rule for rule in columns if rule["name"] == "sd_ssp_approved_care_cost"]
    return str(rule["members"]["head"])


def test_stretch_of_the_year_follows_from_period_and_quantity() -> None:
    """Flows are the year's, stocks and categories a month's; what holds for ever has no stretch."""
    catalog = engine_catalog("policyengine_us")
    names = ("employment_income_before_lsr", "sd_ssp_approved_care_cost", "receives_wic", "is_household_head")
    assert [variable.per for name in names if (variable := catalog.get(name))] == [
        "year",
        "year",
        "month",
        None,
    ]


def test_units_that_the_engine_leaves_out_are_those_of_its_variables() -> None:
    """The list by hand names variables that exist; sizes and truth values are no money."""
    catalog = engine_catalog("policyengine_us")
    for name, unit in {
        "age": "year",
        "tax_unit_size": "person",
        "snap_unit_size": "person",
        "is_male": None,
    }.items():
        variable = catalog.get(name)
        assert variable is not None
        assert variable.unit == unit


@pytest.mark.parametrize(
    ("expression", "nullable"),
    [
        ("wages", True), ("'coalesce(wages, 0)'", False),
        ("case when wages is null then 0 else wages end", False),
        ("case when head_age > 17 then wages else 0 end", True), ("wages + interest", True),
        ("interest", False),
    ],
)  # fmt: skip
def test_missing_values_are_followed_from_the_file(bundle: Path, expression: str, nullable: bool) -> None:  # noqa: FBT001
    """A column of the file that has nulls gives them on until something is put in their place."""
    edit(bundle, "finish.yaml", "{policyengine: small.h5, parquet: tables}", "{parquet: tables}")
    lock = bundle / "sources.lock"
    lock.write_text(
        lock.read_text("utf-8").replace('"wages": ["BIGINT", 0', '"wages": ["BIGINT", 4'), "utf-8"
    )
    edit(bundle, "sources.yaml", "{head: wages}", "{head: " + expression + "}")
    found = [line for line in findings(bundle) if "SPC416" in line]
    assert bool(found) == nullable
    assert len(found) <= 1


def test_tables_alone_may_hold_missing_values(bundle: Path) -> None:
    """Parquet has nulls; only the engine has none."""
    edit(bundle, "bundle.yaml", "    - materialise: tax\n    - calibrate: national\n", "")
    edit(bundle, "bundle.yaml", "    - validate: programs\n", "")
    lock = bundle / "sources.lock"
    lock.write_text(
        lock.read_text("utf-8").replace('"wages": ["BIGINT", 0', '"wages": ["BIGINT", 4'), "utf-8"
    )
    assert [line for line in findings(bundle) if "SPC416" in line]
    edit(bundle, "finish.yaml", "{policyengine: small.h5, parquet: tables}", "{parquet: tables}")
    assert [line for line in findings(bundle) if "SPC416" in line] == []


def test_donor_follows_the_year_of_its_recipient(bundle: Path) -> None:
    """Before and after `uprate`, one donor is moved to two years, each draw's own."""
    edit(bundle, "bundle.yaml", "    - materialise: tax\n", "    - impute: again\n    - materialise: tax\n")
    again = AGAIN.replace("predictors: [age]", "predictors: [age, employment_income_before_lsr]")
    again = again.replace("[real_estate_taxes]", "[is_blind]")
    edit(bundle, "detail.yaml", "imputations:\n", again)
    edit(bundle, "sources.yaml", COLUMN, COLUMN + "\n        is_blind: {head: fips = 1}")
    edit(bundle, "sources.yaml", "variables: [real_estate_taxes]", "variables: [real_estate_taxes, is_blind]")
    compiled = compile_bundle(bundle)
    assert [d.code for d in compiled.diagnostics if d.code == "SPC406"] == []
    assert compiled.plan is not None
    moves = {
        n.address: n.parameters["moves"]
        for n in compiled.plan.nodes
        if n.address.startswith("uprate.to_2023.")
    }
    assert {address: {move[3] for move in each} for address, each in moves.items()} == {
        "uprate.to_2023.donors": {2014}, "uprate.to_2023.donors.2023": {2023},
    }  # fmt: skip


def test_value_that_is_read_in_between_is_not_lost(bundle: Path) -> None:
    """A survey value that conditions another draw has done its work when it is replaced."""
    edit(
        bundle,
        "detail.yaml",
        "impute: {surface: shared, halves: clone}",
        "impute: {surface: shared, halves: both}",
    )
    assert [line for line in findings(bundle) if "SPC417" in line]
    edit(bundle, "bundle.yaml", "    - clone: support\n", "    - impute: again\n    - clone: support\n")
    again = AGAIN.replace("predictors: [age]", "predictors: [age, taxable_interest_income]")
    edit(bundle, "detail.yaml", "imputations:\n", again.replace("[real_estate_taxes]", "[is_blind]"))
    edit(bundle, "sources.yaml", COLUMN, COLUMN + "\n        is_blind: {head: fips = 1}")
    edit(bundle, "sources.yaml", "variables: [real_estate_taxes]", "variables: [real_estate_taxes, is_blind]")
    assert [line for line in findings(bundle) if "SPC454" not in line] == []  # meant, here


def test_two_draws_of_one_variable_need_a_reason(bundle: Path) -> None:
    """The reason stands beside the second draw, and is asked for by name."""
    edit(bundle, "bundle.yaml", "    - uprate: to_2023\n", "    - impute: again\n    - uprate: to_2023\n")
    edit(bundle, "detail.yaml", "imputations:\n", AGAIN)
    assert [line for line in findings(bundle) if "SPC417" in line]
    second = "costs: {targets: [real_estate_taxes], model: {kind: forest}}"
    edit(bundle, "detail.yaml", second, second + "   # specc: ignore[SPC417] the first draw is the fallback")
    assert findings(bundle) == []


def test_steps_say_what_they_did(bundle: Path) -> None:
    """Added and changed columns step by step; a step that only reads changes nothing."""
    compiled = compile_bundle(bundle)
    done = {change.step: change for change in changes(compiled.frames, bundle.as_posix())}
    assert "age" in done["scaffold.survey"].added
    assert "taxable_interest_income (clone)" in done["clone.support"].changed
    assert done["uprate.to_2023"].added == ()
    assert done["calibrate.national"].changed == ("household_weight",)
    assert (done["export.dataset"].added, done["export.dataset"].changed) == ((), ())
    assert done["clone.support"].place == "bundle.yaml:10"


def test_frame_shows_what_is_computed_where_it_can_be_read(bundle: Path) -> None:
    """A view has the unit of what it adds up; one that reads an engine result is not there before it."""
    edit(
        bundle,
        "detail.yaml",
        "variables:\n",
        "variables:\n  tax_share: {entity: tax_unit, type: float, value: snap * 2}\n",
    )
    compiled = compile_bundle(bundle)
    shown = {
        stage.step: {facet.name: facet for facet in facets(stage.frame, stage.values())}
        for stage in compiled.frames
    }
    assert shown["scaffold.survey"]["unit_wages"].computed
    assert shown["scaffold.survey"]["unit_wages"].unit == "currency-USD"
    assert "tax_share" not in shown["scaffold.survey"]
    assert "tax_share" in shown["materialise.tax"]
