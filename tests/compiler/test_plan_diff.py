"""What differs between two plans of the small bundle, one edit at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit
from other_release import other_release

from compiler.catalog.engine import EngineCatalog
from compiler.compilation import compile_bundle
from compiler.plan import ColumnRef
from compiler.plan.diff import Action, ChangeClass, Op, Reason, SurfaceEvent, TargetEvent, compare
from compiler.plan.keys import with_keys
from compiler.plan.reading import plan_from_json

if TYPE_CHECKING:
    from compiler.plan import Plan
    from compiler.plan.diff import NodeDiff, PlanDiff

_COSTS = "costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}"
_PLANS = {
    "note": ("sources.yaml", "the publisher's row number", "a number of the publisher's"),
    "place": ("detail.yaml", "imputations:\n", "\n\nimputations:\n"),
    "title": ("sources.yaml", "title: Tax units of income year 2012", "title: Tax units of 2012"),
    "trees": ("detail.yaml", _COSTS, _COSTS.replace("forest", "forest, trees: 200")),
    "role": ("targets.yaml", "count: tax_unit}", "count: tax_unit, role: holdout}"),
    "seed": ("bundle.yaml", "seed: 7", "seed: 8"),
    "view": ("detail.yaml", "value: sum(employment", "value: max(employment"),
    "hints": ("finish.yaml", "households_per_chunk: 1000", "households_per_chunk: 2000"),
    "contract": ("finish.yaml", "parquet: tables}", "parquet: tables, require: [age]}"),
}  # fmt: skip


def _plan(folder: Path) -> Plan:
    compiled = compile_bundle(folder)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


def _after(tmp_path: Path, name: str) -> PlanDiff:
    folder = base_bundle(tmp_path / "bundle")
    before = _plan(folder)
    edit(folder, *_PLANS[name])
    return compare(before, _plan(folder))


def _node(diff: PlanDiff, address: str) -> NodeDiff:
    return next(node for node in diff.nodes if node.address == address)


@pytest.mark.parametrize("name", ["note", "place"])
def test_a_note_or_another_line_changes_nothing(tmp_path: Path, name: str) -> None:
    """Prose that the plan does not hold, and where things stand, are no difference."""
    diff = _after(tmp_path, name)
    assert diff.empty
    assert {node.action for node in diff.nodes} == {Action.REUSE}
    assert diff.totals.seconds_run == 0


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("title", "sources.donors.title"),
        ("hints", "hints.materialise.tax.households_per_chunk"),
        ("contract", "contracts.dataset.require"),
    ],
)
def test_prose_and_hints_are_metadata_and_run_nothing_again(
    tmp_path: Path, name: str, attribute: str
) -> None:
    """They are told apart from what decides results."""
    diff = _after(tmp_path, name)
    assert diff.change_class is ChangeClass.METADATA
    assert {node.action for node in diff.nodes} == {Action.REUSE}
    assert [change.name for change in diff.metadata] == [attribute]


def test_more_trees_run_that_block_again_and_what_depends_on_it(tmp_path: Path) -> None:
    """One direct change with its attribute; everything downstream may still be found equal."""
    diff = _after(tmp_path, "trees")
    (block,) = diff.having(Action.CHANGE)
    assert (block.address, block.change_class) == ("impute.detail.costs", ChangeClass.VALUES)
    assert block.reasons == (Reason.SPEC_CHANGED,)
    (trees,) = block.attributes
    assert (trees.name, trees.op, trees.before, trees.after) == ("model.trees", Op.CHANGE, 100, 200)
    again = diff.having(Action.RERUN)
    assert {node.change_class for node in again} == {ChangeClass.VALUES_UNLESS_EQUAL}
    assert _node(diff, "uprate.to_2023").via == ("impute.detail.costs",)
    assert _node(diff, "impute.detail.income").action is Action.REUSE
    assert _node(diff, "source.donors").action is Action.REUSE


def test_another_role_is_a_change_of_targets(tmp_path: Path) -> None:
    """The family is named with both roles, and no donor is drawn from again."""
    diff = _after(tmp_path, "role")
    assert diff.change_class is ChangeClass.TARGETS
    (change,) = diff.targets
    assert (change.target, change.family, change.event) == ("returns", "returns", TargetEvent.ROLE_CHANGED)
    assert (change.before, change.after) == ("train", "holdout")
    assert _node(diff, "facts.returns").change_class is ChangeClass.TARGETS
    assert _node(diff, "impute.detail.costs").action is Action.REUSE


def test_another_seed_is_the_reason_of_what_draws(tmp_path: Path) -> None:
    """Nodes with a random stream change by themselves, the others only run again."""
    diff = _after(tmp_path, "seed")
    assert [change.name for change in diff.settings] == ["seed"]
    assert Reason.SEED_CHANGED in _node(diff, "impute.detail.income").reasons
    assert Reason.SEED_CHANGED not in _node(diff, "export.dataset").reasons


def test_a_declared_variable_is_shown_before_and_after(tmp_path: Path) -> None:
    """Its expression is an attribute of the nodes that read it."""
    change = _node(_after(tmp_path, "view"), "impute.detail.income").attributes[0]
    assert change.name == "inputs.donor.views.unit_wages.value"
    assert (change.before[:3], change.after[:3]) == ("sum", "max")


def test_a_variable_that_leaves_is_a_change_of_the_surface(tmp_path: Path) -> None:
    """Compared the other way round it enters; export and writer are named."""
    folder = base_bundle(tmp_path / "bundle")
    before = _plan(folder)
    _without_costs(folder)
    after = _plan(folder)
    left, entered = compare(before, after), compare(after, before)
    for diff, event in ((left, SurfaceEvent.LEAVES), (entered, SurfaceEvent.ENTERS)):
        assert diff.change_class is ChangeClass.SURFACE
        assert {"real_estate_taxes"} <= {c.variable for c in diff.surface if c.event is event}
        assert _node(diff, "export.dataset").change_class is ChangeClass.SURFACE
    assert _node(left, "impute.detail.costs").action is Action.REMOVE
    assert _node(entered, "impute.detail.costs").action is Action.ADD


def _without_costs(folder: Path) -> None:
    edit(folder, "detail.yaml", "  donor_only: {include: [real_estate_taxes]}\n", "")
    edit(folder, "detail.yaml", "    override: {surface: donor_only, halves: both, absent: create}\n", "")
    edit(folder, "detail.yaml", f"      {_COSTS}\n", "")
    edit(folder, "uprating.yaml", ", real_estate_taxes", "")


def test_another_file_is_a_change_of_the_source(tmp_path: Path) -> None:
    """The node of the file changes, what is made of it runs again."""
    before = _plan(base_bundle(tmp_path / "bundle"))
    nodes = [
        replace(node, parameters={"sha256": "d" * 64}) if node.address == "file.donors" else node
        for node in before.nodes
    ]
    diff = compare(before, replace(before, nodes=with_keys(nodes, before.seed)))
    assert _node(diff, "file.donors").reasons == (Reason.SOURCE_CHANGED,)
    assert _node(diff, "source.donors").action is Action.RERUN


def test_facts_of_the_engine_and_versions_of_operations_are_recipe(tmp_path: Path) -> None:
    """They are told from edits of the spec."""
    before = _plan(base_bundle(tmp_path / "bundle"))
    nodes = [replace(n, version=n.version + 1) if n.operation == "clone" else n for n in before.nodes]
    nodes = [replace(n, engine={"name": "other"}) if n.operation == "materialise" else n for n in nodes]
    diff = compare(before, replace(before, nodes=with_keys(nodes, before.seed)))
    clone, materialise = _node(diff, "clone.support"), _node(diff, "materialise.tax")
    assert (clone.reasons, clone.change_class) == ((Reason.OPERATION_CHANGED,), ChangeClass.RECIPE)
    assert materialise.reasons == (Reason.ENGINE_CHANGED, Reason.UPSTREAM_CHANGED)
    assert materialise.change_class is ChangeClass.RECIPE


@pytest.mark.parametrize("name", list(_PLANS))
def test_every_key_that_differs_has_a_reason_and_no_other(tmp_path: Path, name: str) -> None:
    """What is said to be reused has its key; what is said to run has another."""
    folder = base_bundle(tmp_path / "bundle")
    before = _plan(folder)
    edit(folder, *_PLANS[name])
    after = _plan(folder)
    keys = {node.address: node.key for node in before.nodes}
    for node in compare(before, after).nodes:
        same = keys[node.address] == after.node(node.address).key
        assert (node.action is Action.REUSE) == same == (not node.reasons)


def test_a_plan_read_from_its_file_is_no_difference(tmp_path: Path) -> None:
    """Lists that were tuples before they were written are the same."""
    plan = _plan(base_bundle(tmp_path / "bundle"))
    assert compare(plan_from_json(plan.to_json()), plan).empty


def test_a_step_in_between_is_no_edit_of_what_comes_after_it(tmp_path: Path) -> None:
    """A sample is added; what then reads from it runs again, and says nothing of itself."""
    folder = base_bundle(tmp_path / "bundle")
    sampled = compile_bundle(folder, sample=0.5).plan
    assert sampled is not None
    diff = compare(_plan(folder), sampled)
    assert [node.address for node in diff.having(Action.ADD, Action.CHANGE, Action.REMOVE)] == ["sample"]
    assert _node(diff, "clone.support").reasons == (Reason.UPSTREAM_CHANGED,)
    assert _node(diff, "clone.support").via == ("sample",)
    back = compare(sampled, _plan(folder))
    assert [node.address for node in back.having(Action.ADD, Action.CHANGE, Action.REMOVE)] == ["sample"]


def test_reading_from_another_node_that_was_there_before_is_an_edit(tmp_path: Path) -> None:
    """Nothing came, went or changed upstream, so that the rewired node itself is what changed."""
    before = _plan(base_bundle(tmp_path / "bundle"))
    frame = before.node("uprate.to_2023").inputs.frames["frame"]
    columns = {"taxable_interest_income": ColumnRef("source.survey", 1)}
    rewired = replace(frame, columns={"person": {**frame.columns["person"], **columns}})
    nodes = [
        replace(n, inputs=replace(n.inputs, frames={"frame": rewired}))
        if n.address == "uprate.to_2023"
        else n
        for n in before.nodes
    ]
    node = _node(compare(before, replace(before, nodes=with_keys(nodes, before.seed))), "uprate.to_2023")
    assert (node.action, node.reasons) == (Action.CHANGE, (Reason.SPEC_CHANGED,))
    (change,) = node.attributes
    assert change.name == "inputs.frame.person.taxable_interest_income"
    assert (change.before, change.after) == ("impute.detail.income", "source.survey")


def test_a_release_that_leaves_the_facts_runs_the_engine_again_and_no_export(tmp_path: Path) -> None:
    """Only `materialise` holds the version: formulas and parameters may have changed without a fact."""
    folder = base_bundle(tmp_path / "bundle")
    other = EngineCatalog(other_release(tmp_path / "engine", "9.9.9", {}))
    after = compile_bundle(folder, engine=other).plan
    assert after is not None
    diff = compare(_plan(folder), after)
    materialise = _node(diff, "materialise.tax")
    assert materialise.reasons == (Reason.ENGINE_CHANGED,)
    assert [change.name for change in materialise.attributes] == ["engine.version"]
    assert _node(diff, "export.dataset").reasons == (Reason.UPSTREAM_CHANGED,)
    assert {n.address for n in diff.having(Action.CHANGE)} == {"materialise.tax"}


def test_a_release_that_changes_a_stored_fact_changes_the_export(tmp_path: Path) -> None:
    """The export writes entity, type, period and values as the facts say."""
    folder = base_bundle(tmp_path / "bundle")
    changes = {"real_estate_taxes": {"period": "eternity"}}
    after = compile_bundle(folder, engine=EngineCatalog(other_release(tmp_path / "e", "9.9.9", changes))).plan
    assert after is not None
    assert Reason.ENGINE_CHANGED in _node(compare(_plan(folder), after), "export.dataset").reasons


def test_a_catalog_of_another_engine_is_not_taken_for_the_bundles(tmp_path: Path) -> None:
    """It stands in for the committed snapshot of the engine of its own name, for no other."""
    other = EngineCatalog(Path(__file__).with_name("engines") / "after.jsonl")
    folder = base_bundle(tmp_path / "bundle")
    taken, own = compile_bundle(folder, engine=other), compile_bundle(folder)
    assert (taken.diagnostics, taken.plan) == (own.diagnostics, own.plan)
