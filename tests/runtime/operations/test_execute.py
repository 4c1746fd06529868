"""A plan is carried out once: what is there is reused, what fails leaves nothing, equal runs are equal."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import ENTITIES, Bench, Listening, bench_in, column, found, plan_of, report, surroundings
from tiny_bundle import constrained, planned, run_of, written

from compiler.plan import ColumnRef, FrameRef, Inputs, Node
from runtime.errors import DiskFull, NodeFailed
from runtime.execute import Run
from runtime.manifest import without_volatile
from runtime.operations import OPERATIONS
from runtime.peak import Peak
from runtime.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime.execute import Done
    from runtime.task import Task

    Operation = Callable[[Task], None]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Done]]:
    """Give the tiny bundle and what a run of it gave."""
    folder = written(tmp_path_factory.mktemp("tiny") / "bundle")
    return folder, run_of(planned(folder), folder)[0].execute()


def test_a_bundle_becomes_a_dataset(tiny: tuple[Path, dict[str, Done]]) -> None:
    """From two surveys, a table of growth and one of people to tables whose weights meet the people."""
    _, done = tiny
    export = done["export.dataset"].artifact
    tables = {entity: pl.read_parquet(export.path(f"tables/{entity}.parquet")) for entity in ENTITIES}
    people = tables["person"].join(
        tables["household"], left_on="person_household_id", right_on="household_id", how="left"
    )
    of_california = people.filter((pl.col("state_fips") == 6) & (pl.col("age") < 30))["household_weight"]
    assert of_california.sum() == pytest.approx(400, rel=0.02)
    assert tables["person"]["person_is_copy"].mean() == 0.5
    assert (
        tables["person"]
        .null_count()
        .drop("donor_of_housing_taxes", "donor_of_capital_interest")
        .sum_horizontal()[0]
        == 0
    )
    assert report(done["validate.totals"].artifact)["wages"]["total"] > 0


def test_the_original_half_keeps_what_it_had(tiny: tuple[Path, dict[str, Done]]) -> None:
    """Interest is drawn for copies only; the originals' is the survey's, bit for bit."""
    _, done = tiny
    own = column(done["source.survey"].artifact, "person", "taxable_interest_income")
    drawn = column(done["impute.capital.interest"].artifact, "person", "taxable_interest_income")
    assert drawn[: own.len()].equals(own)
    assert not drawn[own.len() :].equals(own)


def test_a_second_run_builds_nothing(tiny: tuple[Path, dict[str, Done]]) -> None:
    """Everything is found by the content of what it reads."""
    folder, done = tiny
    run, listening = run_of(planned(folder), folder)
    again = run.execute()
    assert {heard for heard, _ in listening.heard} == {"reused"}
    assert {address: one.key for address, one in again.items()} == {a: one.key for a, one in done.items()}


def test_two_fresh_runs_are_equal_but_for_their_times(
    tiny: tuple[Path, dict[str, Done]], tmp_path: Path
) -> None:
    """Another store, another folder: same bytes, same manifests without the volatile part."""
    folder, done = tiny
    again = run_of(planned(folder), folder, Store(tmp_path))[0].execute()
    for address, one in again.items():
        assert one.artifact.outputs == done[address].artifact.outputs
        ours, theirs = (dict(each.artifact.manifest) for each in (one, done[address]))
        assert without_volatile(ours) == without_volatile(theirs)
        assert ours != theirs


def test_what_was_measured_is_in_the_volatile_part(tiny: tuple[Path, dict[str, Done]]) -> None:
    """Time and memory say nothing about the data, and must not change a manifest's rest."""
    _, done = tiny
    manifest: Any = done["calibrate.people"].artifact.manifest
    measured = manifest["predicate"]["runDetails"]["metadata"]["x-specc"]
    assert measured["wallSeconds"] > 0
    assert measured["peakBytes"] > 10_000_000
    assert "peakBytes" not in str(without_volatile(manifest))


def test_a_changed_step_that_gives_the_same_stops_there(
    tiny: tuple[Path, dict[str, Done]], tmp_path: Path
) -> None:
    """Another way to write a condition is another step; what it writes is equal, so nobody after it runs."""
    folder, done = tiny
    changed = written(
        tmp_path / "changed",
        ("value: tax_unit_role_input = 'HEAD'", "value: not (tax_unit_role_input != 'HEAD')"),
    )
    run, listening = run_of(planned(changed), changed, Store(folder / "store"))
    run.execute()
    built = {address for heard, address in listening.heard if heard == "built"}
    assert built == {"impute.capital.interest", "impute.housing.taxes"}
    assert run.done["calibrate.people"].key == done["calibrate.people"].key


def test_a_changed_value_runs_what_reads_it(tiny: tuple[Path, dict[str, Done]], tmp_path: Path) -> None:
    """A penalty is read by the calibration alone; export and validation follow the weights."""
    folder, _ = tiny
    changed = written(tmp_path / "changed", ("penalty: 0.001", "penalty: 0.5"))
    run, listening = run_of(planned(changed), changed, Store(folder / "store"))
    run.execute()
    built = {address for heard, address in listening.heard if heard == "built"}
    assert built == {"calibrate.people", "export.dataset", "validate.totals"}


def test_a_sample_of_households_runs_too(tiny: tuple[Path, dict[str, Done]], tmp_path: Path) -> None:
    """A tenth of the households, weights scaled; the whole survey is not built again."""
    folder, _ = tiny
    run, listening = run_of(planned(folder, sample=0.5), folder, Store(folder / "store"))
    run.execute()
    assert ("reused", "source.survey") in listening.heard
    assert found(run.done["sample"].artifact)["rows"]["household"] == 30
    weights = [
        column(run.done[a].artifact, "household", "household_weight").sum()
        for a in ("source.survey", "sample")
    ]
    assert weights[0] == pytest.approx(weights[1])
    assert tmp_path.exists()


def test_a_failure_keeps_what_was_built_before(tmp_path: Path) -> None:
    """The step that fails leaves nothing, the steps before it are reused when it is mended."""
    folder = written(tmp_path / "bundle")
    plan = planned(folder)
    matrix = next(node for node in plan.nodes if node.operation == "calibrate")
    broken = replace(matrix, parameters=matrix.parameters | {"scale_to": "nobody"})
    nodes = tuple(broken if node is matrix else node for node in plan.nodes)
    run, listening = run_of(replace(plan, nodes=nodes), folder)
    with pytest.raises(NodeFailed, match="cannot be scaled") as caught:
        run.execute()
    assert caught.value.place is not None
    assert (
        caught.value.place.startswith("calibrate.people (recipe.yaml") or "recipe.yaml" in caught.value.place
    )
    assert [path.name for path in (folder / "store" / "scratch").iterdir()] == [".sweep"]
    assert listening.heard[-1] == ("started", "calibrate.people")

    mended, heard = run_of(plan, folder)
    mended.execute()
    built = {address for action, address in heard.heard if action == "built"}
    assert built == {"calibrate.people", "export.dataset", "validate.totals"}


def _with(monkeypatch: pytest.MonkeyPatch, operation: Operation) -> None:
    monkeypatch.setitem(OPERATIONS, ("validate", 1), operation)


@pytest.mark.parametrize(
    ("error", "expected", "said"),
    [
        (ValueError("weights: row 3 is -1\nand more"), NodeFailed, "weights: row 3 is -1$"),
        (MemoryError(), NodeFailed, "memory is exhausted"),
        (pl.exceptions.ShapeError("lengths"), NodeFailed, "lengths"),
        (OSError(28, "No space left on device"), DiskFull, "no room left while building step"),
        (pl.exceptions.ComputeError("No space left on device (os error 28)"), DiskFull, "no room left"),
        (OSError(13, "Permission denied"), OSError, "Permission denied"),
        (KeyError("a bug"), KeyError, "a bug"),
        (ZeroDivisionError("a bug"), ZeroDivisionError, "a bug"),
    ],
)
def test_faults_of_the_data_are_told_and_bugs_pass_unchanged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception], said: str
) -> None:
    """A person reads what is wrong with the data and where; a bug keeps its own name and its trace."""

    def failing(task: Task) -> None:
        task.write_json("half.json", {})
        raise error

    _with(monkeypatch, failing)
    with pytest.raises(expected) as caught:
        bench.run("validate", {})
    assert said.removesuffix("$") in str(caught.value)
    if expected is NodeFailed:
        assert isinstance(caught.value, NodeFailed)
        assert caught.value.place == "step (a.yaml:3)"
        assert caught.value.__cause__ is error
        assert "and more" not in caught.value.message
    assert bench.left() == []
    assert "step" not in bench.done


def test_a_step_sees_only_what_it_declares(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading more would give a result that its key knows nothing of."""
    seen: list[set[str]] = []

    def looking(task: Task) -> None:
        seen.append(set(task.artifacts))
        task.write_json("report.json", {})

    _with(monkeypatch, looking)
    bench.put("one", {"data": "1"})
    bench.put("two", {"data": "2"})
    bench.run("validate", {}, artifacts={"file": "one"})
    assert seen == [{"one"}]


def test_a_step_draws_only_from_a_stream_of_the_plan(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draw that the plan does not know of would be in no key."""

    def drawing(task: Task) -> None:
        task.stream("luck")

    _with(monkeypatch, drawing)
    node = Node("still", "validate", 1, {})
    run = Run(plan_of(node), bench.store, surroundings(bench.folder), Listening())
    with pytest.raises(RuntimeError, match="still draws at random"):
        run.execute()


def test_progress_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener hears the start, the parts and the end of each step."""

    def slow(task: Task) -> None:
        task.progress(1, 2)
        task.write_json("report.json", {})

    _with(monkeypatch, slow)
    node = Node("slow", "validate", 1, {})
    listening = Listening()
    Run(plan_of(node), bench.store, surroundings(bench.folder), listening).execute()
    assert listening.heard == [("started", "slow"), ("1/2", "slow"), ("built", "slow")]


def test_hints_are_in_no_key(bench: Bench) -> None:
    """How many workers carry a step out changes no result."""
    frame = bench.frame("base", {"household": [1]}, {"household.household_weight": [1.0]})
    parameters = {"aggregates": {}, "weight": "household_weight", "blocking": False}
    keys = [
        bench.run("validate", parameters | {"hints": {"workers": n}}, frames={"frame": frame}).key
        for n in (1, 2)
    ]
    assert keys[0] == keys[1]


def test_the_key_follows_content_and_not_addresses(bench: Bench) -> None:
    """Equal columns from another step are the same input; a different number is another."""
    parameters = {"aggregates": {}, "weight": "household_weight", "blocking": False}
    keys = []
    for address, weight in (("a", 1.0), ("b", 1.0), ("c", 2.0)):
        frame = bench.frame(address, {"household": [1]}, {"household.household_weight": [weight]})
        keys.append(bench.run("validate", parameters, frames={"frame": frame}).key)
    assert keys[0] == keys[1] != keys[2]


def test_a_column_knows_in_which_rows_it_was_written(bench: Bench) -> None:
    """The same file read before or after a sample is another input."""
    bench.frame("base", {"household": [1, 2]}, {"household.household_weight": [1.0, 1.0]})
    refs = {"household": {"household_weight": ColumnRef("base", 1)}}
    later = {"household": {"household_weight": ColumnRef("base", 2)}}
    keys = [
        bench.run("sample", {"share": 1.0, "weight": "household_weight"}, frames={"frame": frame}).key
        for frame in (FrameRef(("base",), refs), FrameRef(("base", "base"), later))
    ]
    assert keys[0] != keys[1]


def test_an_input_that_is_not_there_is_a_bug_of_the_plan(bench: Bench) -> None:
    """Nodes come in an order in which they can run."""
    node = Node("late", "validate", 1, {}, Inputs(artifacts={"file": "nowhere"}))
    with pytest.raises(KeyError, match="nowhere"):
        Run(plan_of(node), bench.store, surroundings(bench.folder), Listening()).execute()


def test_the_peak_is_of_the_block_and_not_of_the_past() -> None:
    """Memory that was given back before the block began is not counted in it."""
    past = np.ones(40_000_000)
    del past
    with Peak() as idle:
        pass
    with Peak() as busy:
        there = np.ones(20_000_000)
        del there
    assert busy.bytes - idle.bytes > (100_000_000 if sys.platform == "linux" else 0)
    assert idle.bytes > 0


def test_a_constrained_bundle_keeps_its_rules_in_the_dataset(tmp_path: Path) -> None:
    """From the spec to the exported tables: no taxes above the wage, no interest above its limit."""
    donor = "  housing:\n    donor: {source: donor, uprate: to_2023"
    sample = f"{donor}, sample: {{records: 40, keep: {{top: 0.1, by: real_estate_taxes}}}}}}"
    change = (f"{donor}}}", sample)
    folder = constrained(tmp_path / "bundle", change)
    done = run_of(planned(folder), folder)[0].execute()
    said = found(done["constrain.housing"].artifact)
    assert said["rows_changed"] > 0
    assert {rule["broken_after"] for rule in said["rules"].values()} == {0}
    assert found(done["impute.housing.taxes"].artifact)["donors"] == 40
    export = done["export.dataset"].artifact
    persons = pl.read_parquet(export.path("tables/person.parquet"))
    heads = persons.filter(pl.col("tax_unit_role_input") == "HEAD")
    assert (heads["real_estate_taxes"] <= heads["employment_income_before_lsr"] * (1 + 1e-9)).all()
    limit = pl.when(pl.col("age") < 40).then(40).otherwise(900)
    assert heads.filter(pl.col("taxable_interest_income") > limit).is_empty()
