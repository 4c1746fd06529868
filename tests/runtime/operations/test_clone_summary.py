"""What a run says of its clones: counted from the flags, after calibration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator
from runtime_harness import bench_in
from tiny_bundle import planned, run_of, written

from runtime.clone_rows import households_of
from runtime.clone_summary import problems
from runtime.cloned import cloned
from specc.clone_schema import clone_schema

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from runtime.execute import Done
    from runtime.store import Artifact, Store


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, dict[str, Done], Store]:
    """Give a run of the bundle of made-up households, calibrated."""
    folder = written(tmp_path_factory.mktemp("clones") / "bundle")
    plan = planned(folder)
    run, _ = run_of(plan, folder)
    return plan, run.execute(), run.store


def _told(ran: tuple[Plan, dict[str, Done], Store]) -> Artifact:
    plan, done, store = ran
    told = cloned(plan, {address: each.artifact for address, each in done.items()}, store)
    assert told is not None
    return told


def _summary(ran: tuple[Plan, dict[str, Done], Store]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        _told(ran).path("copies_clone_summary.json").read_text(encoding="utf-8")
    )
    return found


def test_the_summary_has_every_figure(ran: tuple[Plan, dict[str, Done], Store]) -> None:
    """T4: rows, weights, variables, lists, and what calibration did."""
    found = _summary(ran)
    assert [error.message for error in Draft202012Validator(clone_schema()).iter_errors(found)] == []
    assert found["enabled"]
    assert found["donor_sources"] == ["donor"]
    assert found["clone_order"] == ["copies"]
    rows = found["rows"]
    assert all(each["original"] == each["clone"] > 0 for each in rows.values())
    assert all(each["final"] == 2 * each["original"] for each in rows.values())
    assert (found["clone_variables"], found["overlap_variables"], found["created_variables"]) == (1, 1, 0)
    assert found["lists"] == {"surfaces.overlap": {"names": 1, "included": 1, "excluded": {}}}
    assert found["problems"] == []


def test_stored_weights_of_zero_become_weights_of_some_size(ran: tuple[Plan, dict[str, Done], Store]) -> None:
    """T8: diagnostics of weights are of the flag after calibration, and clones carry weight then."""
    found = _summary(ran)
    assert found["clone_initial_weight_sum"] == 0
    assert found["clone_internal_weight_sum"] == pytest.approx(found["original_weight_sum"] / 2)
    assert found["starts_activatable"]
    solved = found["calibrations"]["people"]
    assert solved["clone_households"] == found["households"]["clone"]
    assert 0 < solved["active_households"] <= solved["clone_households"]
    assert solved["clone_weight_share"] == pytest.approx(solved["clone_weight_sum"] / solved["weight_sum"])
    assert 0.1 < solved["clone_weight_share"] < 0.9


def test_every_fact_says_what_clones_add(ran: tuple[Plan, dict[str, Done], Store]) -> None:
    """The sum over flagged households is a part of the estimate, fact by fact."""
    told = pl.read_parquet(_told(ran).path("copies_clone_facts.parquet"))
    _, done, _ = ran
    fits = pl.read_parquet(done["calibrate.people"].artifact.path("fits.parquet"))
    assert told["name"].to_list() == fits["name"].to_list()
    carried = told.filter(pl.col("estimate") > 0)
    assert carried.height > 0
    assert carried.filter(~pl.col("clone_share").is_between(0.01, 0.99)).height == 0


def test_the_table_of_variables_says_what_the_original_half_holds(
    ran: tuple[Plan, dict[str, Done], Store],
) -> None:
    """One row a name of each list: the survey's own answer stays where only the copy is written."""
    rows = pl.read_csv(_told(ran).path("copies_clone_variable_surface.csv")).to_dicts()
    assert [(row["name"], row["halves"], row["original_holds"]) for row in rows] == [
        ("taxable_interest_income", "clone", "its own")
    ]


def test_the_same_run_says_the_same_bytes(ran: tuple[Plan, dict[str, Done], Store], tmp_path: Path) -> None:
    """Another store, another folder: the same files."""
    folder = written(tmp_path / "bundle")
    plan = planned(folder)
    run, _ = run_of(plan, folder)
    again, first = _told((plan, run.execute(), run.store)), _told(ran)
    assert {name: again.path(name).read_bytes() for name in again.names} == {
        name: first.path(name).read_bytes() for name in first.names
    }


def test_a_household_with_members_of_both_halves_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T14: a frame that was tampered with is counted as neither half, and its ids are named."""
    bench = bench_in(tmp_path, monkeypatch)
    frame = bench.frame(
        "tables", {"household": [7, 7, 8, 8, 9]},
        {"person.person_is_copy": [False, True, True, True, False],
         "household.household_is_copy": [True, True, True]},
    )  # fmt: skip
    reader, flags = bench.reader(frame), {"person": "person_is_copy", "household": "household_is_copy"}
    found = households_of(reader, flags)
    assert {kind: rows.tolist() for kind, rows in found.items()} == {
        "original": [False, False, True], "clone": [False, True, False], "mixed": [True, False, False],
    }  # fmt: skip
    told = {each["problem"]: each["first_ids"] for each in problems(reader, flags, found)}
    assert told == {"mixed household": [7], "flag of the household differs from those of its members": [9]}
