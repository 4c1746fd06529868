"""What a run writes down of its data: checks, exceptions, quality of draws, and the numbers of every step."""

from __future__ import annotations

import errno
import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import column, found, surroundings
from tiny_bundle import constrained, planned, run_of

from compiler.plan import Node
from compiler.plan.reading import plan_from_json
from runtime.after import frames_after
from runtime.content import exact_sum
from runtime.counting import ALL, CLONES, ORIGINAL
from runtime.coverage import coverage
from runtime.hits import hits
from runtime.imputation.encoding import TargetCodes
from runtime.imputation.quality import donor_use, quality
from runtime.numbering import counted_meanwhile
from runtime.numbers import FILE, numbers
from runtime.store import Store
from runtime.tables import stored
from runtime.task import Task

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from runtime.execute import Done, Run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the tiny bundle with constraints."""
    return constrained(tmp_path_factory.mktemp("records") / "bundle")


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    """Give a finished run of a sample of it."""
    carried_out = run_of(planned(folder, sample=0.5), folder)[0]
    carried_out.execute()
    return carried_out


def _numbers(run: Run, plan: Plan | None = None, store: Store | None = None) -> pl.DataFrame:
    artifacts = {address: done.artifact for address, done in run.done.items()}
    return stored(numbers(plan or run.plan, artifacts, store or run.store).path(FILE))


def _of(done: Done, operation: str) -> dict[str, Any]:
    assert done.node.operation == operation
    return found(done.artifact)


def _clone(run: Run) -> Done:
    return next(done for done in run.done.values() if done.node.operation == "clone")


def test_sample_and_clone_say_that_weights_are_kept(run: Run) -> None:
    """The sum before beside the sum after: once for a sample, for a clone of stored and internal weights."""
    (sampled,) = _of(run.done["sample"], "sample")["assertions"]
    assert sampled["assertion"] == "weights_sum_is_kept"
    assert sampled["success"]
    assert math.isclose(float(sampled["expected"]), float(sampled["actual"]), rel_tol=1e-9)
    cloned = _of(_clone(run), "clone")["assertions"]
    assert [each["success"] for each in cloned] == [True, True]


def test_a_constraint_says_how_often_it_was_broken_before_and_after(run: Run) -> None:
    """Each rule is an assertion; rows whose values moved are overrides."""
    said = _of(run.done["constrain.housing"], "constrain")
    assert {each["success"] for each in said["assertions"]} == {True}
    assert max(each["x-specc"]["brokenBefore"] for each in said["assertions"]) > 0
    moved = {each["variable"]: each["rows"] for each in said["hits"]["overrides"]}
    assert moved == {name: note["rows_changed"] for name, note in said["variables"].items()}
    assert max(moved.values()) > 0


def test_a_clone_says_which_rows_are_copies_of_what(run: Run) -> None:
    """Of each entity, by its flag."""
    clones = {each["entity"]: each for each in _of(_clone(run), "clone")["hits"]["clones"]}
    assert clones["household"]["rows"] == 30
    assert clones["household"]["of"] == "sample"


def test_validation_is_an_assertion_each_with_its_severity(run: Run) -> None:
    """What was expected, what was found, and whether a miss stops the build."""
    (wages, *_) = _of(run.done["validate.totals"], "validate")["assertions"]
    assert wages["assertion"].startswith("aggregate ")
    assert wages["severity"] in {"warn", "error"}


def test_weighted_sums_stand_where_the_node_knows_the_weight(run: Run) -> None:
    """A source reads its weight, an imputation not; nothing is read that the node does not declare."""
    source = next(done for done in run.done.values() if done.node.address == "source.survey")
    prints = found(source.artifact)["columns"]["person.age.parquet"]["age"]
    ages, persons = column(source.artifact, "person", "age"), source.artifact
    rows = pl.read_parquet(persons.path("rows.person.parquet"))
    households = pl.read_parquet(persons.path("rows.household.parquet")).with_columns(
        column(source.artifact, "household", "household_weight")
    )
    weights = rows.join(
        households, left_on="person_household_id", right_on="household_id", how="left", maintain_order="left"
    )["household_weight"]
    assert prints["weighted_total"] == exact_sum((ages * weights).to_numpy().astype(np.float64))
    drawn = next(done for done in run.done.values() if done.node.operation == "impute")
    assert all(
        "weighted_total" not in each
        for file in found(drawn.artifact)["columns"].values()
        for each in file.values()
    )


def test_numbers_tell_every_step_with_the_weight_of_its_time_by_half(run: Run) -> None:
    """Halves add up to all; before the clone there are none; exports have the calibrated weight."""
    table = _numbers(run)
    wages = table.filter(pl.col("variable") == "employment_income_before_lsr")
    first = wages.filter(pl.col("node") == "source.survey")
    assert first["half"].to_list() == [ALL]
    last = {row["half"]: row for row in wages.filter(pl.col("operation") == "export").to_dicts()}
    assert set(last) == {ALL, ORIGINAL, CLONES}
    assert last[ALL]["rows"] == last[ORIGINAL]["rows"] + last[CLONES]["rows"]
    halves = last[ORIGINAL]["weighted_total"] + last[CLONES]["weighted_total"]
    assert math.isclose(last[ALL]["weighted_total"], halves, rel_tol=1e-12)
    export = run.done["export.dataset"].artifact
    household = pl.read_parquet(export.path("tables/household.parquet"))
    person = pl.read_parquet(export.path("tables/person.parquet"))
    joined = person.join(household, left_on="person_household_id", right_on="household_id", how="left")
    total = (joined["employment_income_before_lsr"] * joined["household_weight"]).sum()
    assert math.isclose(last[ALL]["weighted_total"], total, rel_tol=1e-9)


def test_numbers_are_counted_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found in the store by content; nothing is read again."""
    before = _numbers(run)

    def never(*_: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr("runtime.counting._counted", never)
    assert _numbers(run).equals(before)


def test_numbers_are_counted_while_other_steps_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the run ends they are there, the coverage of facts too, and equal those counted afterwards."""
    going = run_of(planned(folder, sample=0.5), folder, Store(tmp_path / "store"))[0]
    with counted_meanwhile(going):
        going.execute()
        waited = time.monotonic() + 30
        while _counted(going.store) <= len(frames_after(going.plan)) and time.monotonic() < waited:
            time.sleep(0.05)
    counted = _numbers(going, store=Store(tmp_path / "empty"))

    def never(*_: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr("runtime.counting._counted", never)
    monkeypatch.setattr("runtime.covering.covered", never)
    assert _numbers(going).equals(counted)
    assert coverage(going.plan, {a: done.artifact for a, done in going.done.items()}, going.store)


def _counted(store: Store) -> int:
    return sum((entry.address or "").startswith("numbers of") for entry in store.ls())


def test_what_cannot_be_counted_meanwhile_is_told_when_it_is_needed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run itself goes on; a fault of the numbers is one of publishing them."""

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("runtime.counting._counted", failing)
    going = run_of(planned(folder, sample=0.5), folder, Store(tmp_path / "store"))[0]
    with counted_meanwhile(going):
        assert going.execute()
        time.sleep(1.2)
    with pytest.raises(OSError, match="Input/output"):
        _numbers(going)


def test_numbers_that_a_manifest_has_are_those_that_would_be_counted(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A figure that is known is taken over; without any known the table is the same, bit for bit."""
    before = _numbers(run)
    monkeypatch.setattr("runtime.counting._known", lambda *_: None)
    assert _numbers(run, store=Store(tmp_path / "empty")).equals(before)


def test_numbers_stand_in_one_order_whoever_read_the_plan(run: Run, tmp_path: Path) -> None:
    """A plan that comes from a file has its columns in another order."""
    saved = plan_from_json(run.plan.to_json())
    assert _numbers(run, saved, Store(tmp_path / "empty")).equals(_numbers(run))


def test_numbers_of_two_stores_are_equal(folder: Path, run: Run, tmp_path: Path) -> None:
    """They follow from the contents alone."""
    again = run_of(planned(folder, sample=0.5), folder, Store(tmp_path / "other"))[0]
    again.execute()
    assert _numbers(again).equals(_numbers(run))


def test_quality_compares_weighted_donors_with_recipients() -> None:
    """A donor of weight three counts three times; zeros and negatives are shares."""
    given = np.array([[0.0], [10.0], [-5.0]])
    weights = np.array([3.0, 1.0, 0.0])
    targets = TargetCodes({"x": pl.Float64()}, {})
    said = quality(targets, given, weights, np.array([[0.0], [10.0]]))["x"]
    assert said["donors"]["zeroShare"] == 0.75
    assert said["donors"]["negativeShare"] == 0.0
    assert said["donors"]["mean"] == 2.5
    assert said["recipients"]["zeroShare"] == 0.5
    assert said["recipients"]["quantiles"]["p99"] == 10.0
    assert quality(targets, given, weights, np.zeros((0, 1)))["x"]["recipients"] == {"rows": 0}
    nobody = quality(TargetCodes({"x": pl.String()}, {"x": ("a",)}), given, weights, np.zeros((0, 1)))["x"]
    assert nobody["recipients"] == {"rows": 0}


def test_donor_use_counts_every_donor_once() -> None:
    """How many gave once, twice, up to five times; and the effective number."""
    said = donor_use(np.array([0, 0, 0, 2]), 4)
    assert (said["available"], said["used"], said["most"]) == (4, 2, 3)
    assert {bound: number for bound, number in said["byUses"] if number} == {1: 1, 5: 1}
    assert said["effective"] == 16 / 10
    assert donor_use(np.array([], dtype=np.int64), 3)["effective"] == 0.0


def test_rows_that_a_rule_left_out_are_exclusions(tmp_path: Path) -> None:
    """Each rule with the rows that it matched."""
    node = Node("source.people", "population", 1, {}, stream="source.people")
    task = Task(
        node, 7, {}, tmp_path, surroundings(tmp_path), lambda _done, _of: None, {"left_out": {"age > 90": 3}}
    )
    assert hits(task) == {"exclusions": [{"rule": "age > 90", "rows": 3}]}
