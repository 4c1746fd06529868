"""Totals stand beside their benchmarks, and block only where the spec says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, report

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

RULE = {"sum": "wages", "entity": "person", "benchmark": 50.0, "tolerance": 0.1, "unit": "currency-USD"}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def check(bench: Bench, *, blocking: bool = False, **changed: object) -> Artifact:
    """Compare the wages of three persons in two households, 2 * (1 + 4) + 10 * 5 = 60, with a benchmark."""
    columns = {"person.wages": [1.0, 4.0, 5.0], "person.odd": [1.0, None, float("nan")]}
    frame = bench.frame(
        "base", {"household": [3, 3, 1]}, columns | {"household.household_weight": [2.0, 10.0]}
    )
    rule: dict[str, Any] = RULE | changed
    parameters = {"aggregates": {"pay": rule}, "weight": "household_weight", "blocking": blocking}
    return bench.run("validate", parameters, frames={"frame": frame})


def test_a_weighted_total_is_compared(bench: Bench) -> None:
    """Persons carry the weight of their household; an error is relative."""
    row = report(check(bench))["pay"]
    assert row["total"] == 60.0
    assert row["error"] == pytest.approx(0.2)
    assert row["passes"] is False
    assert report(check(bench, tolerance=0.3))["pay"]["passes"] is True


def test_a_total_over_another_entity_counts_each_once(bench: Bench) -> None:
    """Of a household's total there is one, not one a person."""
    row = report(check(bench, sum="max(wages) over household", entity="household"))["pay"]
    assert row["total"] == 2 * 4 + 10 * 5


def test_a_benchmark_of_zero_has_no_relative_error(bench: Bench) -> None:
    """It passes when the total is zero too."""
    assert report(check(bench, benchmark=0.0))["pay"]["error"] is None
    assert report(check(bench, benchmark=0.0))["pay"]["passes"] is False
    assert report(check(bench, benchmark=0.0, sum="wages - wages"))["pay"]["passes"] is True


def test_a_blocking_validation_fails_and_says_by_how_much(bench: Bench) -> None:
    """The report is gone with the failed step, so the message has the figures."""
    with pytest.raises(NodeFailed, match=r"pay \(\+20\.0%\)"):
        check(bench, blocking=True)


def test_missing_values_are_no_zeros(bench: Bench) -> None:
    """A total over absent values would be a total of something else."""
    with pytest.raises(NodeFailed, match="`pay` has no value in 2 of 3 rows"):
        check(bench, sum="odd")


def test_a_blocking_gate_says_its_value_and_where(bench: Bench) -> None:
    """Aggregates and gates are told apart."""
    gates = {"low": gate(statistic="sum", value="wages", at_most=50.0)}
    with pytest.raises(NodeFailed, match=r"outside their tolerance: pay \(\+20.0%\); gates .*: low \(60\)"):
        bench_validate(bench, gates, blocking=True)


def gate(**rule: object) -> dict[str, Any]:
    """Return a gate of persons as the plan has it."""
    return {"entity": "person", "at_least": None, "at_most": None} | rule


def bench_validate(bench: Bench, gates: dict[str, dict[str, Any]], *, blocking: bool = False) -> Artifact:
    """Hold three persons in two households against gates; their weights are 2, 2 and 10."""
    columns = {
        "person.wages": [1.0, 4.0, 5.0],
        "person.odd": [1.0, None, 3.0],
        "person.age": [10, 40, 70],
        "household.state": [6, 1],
        "household.household_weight": [2.0, 10.0],
    }
    frame = bench.frame("base", {"household": [3, 3, 1]}, columns)
    parameters = {
        "aggregates": {"pay": RULE}, "weight": "household_weight", "blocking": blocking, "gates": gates
    }  # fmt: skip
    return bench.run("validate", parameters, frames={"frame": frame})


def held(bench: Bench, **rule: object) -> dict[str, Any]:
    """Return the line of one gate."""
    artifact = bench_validate(bench, {"it": gate(**rule)})
    row: dict[str, Any] = json.loads(artifact.path("gates.json").read_text(encoding="utf-8"))["it"]
    return row


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"statistic": "count", "value": "1"}, 14.0),
        ({"statistic": "count", "value": "1", "entity": "household"}, 12.0),
        ({"statistic": "sum", "value": "wages"}, 60.0),
        ({"statistic": "sum", "value": "wages", "where": "age < 65"}, 10.0),
        ({"statistic": "mean", "value": "wages"}, 60 / 14),
        ({"statistic": "share", "value": "age >= 65"}, 10 / 14),
        ({"statistic": "share", "value": "wages > 2", "where": "age < 65"}, 0.5),
        ({"statistic": "sum", "value": "wages", "divided_by": "(age < 65)::int"}, 15.0),
    ],
)
def test_statistics_are_weighted(bench: Bench, rule: dict[str, Any], value: float) -> None:
    """A ratio divides two sums; a mean and a share divide by the weight of those who are looked at."""
    row = held(bench, **rule, at_least=0.0)
    assert row["value"] == pytest.approx(value)
    assert row["passes"] is True
    assert held(bench, **rule, at_least=value + 1)["passes"] is False
    assert held(bench, **rule, at_most=value - 0.01)["passes"] is False


def test_what_is_true_of_every_unit_needs_no_weight(bench: Bench) -> None:
    """One exception is one too many, and so is a unit of which nothing is known."""
    assert held(bench, statistic="every", value="wages > 0")["passes"] is True
    assert held(bench, statistic="every", value="wages > 1")["value"] == 1
    assert held(bench, statistic="every", value="odd > 0")["value"] == 1


def test_a_gate_holds_for_every_group(bench: Bench) -> None:
    """The worst of them is told, and those for whom it does not hold."""
    row = held(bench, statistic="sum", value="wages", by="state", at_most=20.0)
    assert (row["passes"], row["group"], row["value"]) == (False, "1", 50.0)
    assert (row["groups"], row["failed"]) == (2, ["1"])
    assert held(bench, statistic="sum", value="wages", by="state", at_most=50.0)["passes"] is True


def test_a_gate_without_a_value_is_no_open_gate(bench: Bench) -> None:
    """Nobody to look at, nothing to divide by, a value that is missing."""
    with pytest.raises(NodeFailed, match="`it` has no value: nobody is counted"):
        held(bench, statistic="mean", value="wages", where="age > 100", at_least=0.0)
    with pytest.raises(NodeFailed, match="`it` has no value: nobody is counted"):
        held(bench, statistic="sum", value="wages", divided_by="0", at_least=0.0)
    with pytest.raises(NodeFailed, match="`it` has no value in 1 of 3 rows of person"):
        held(bench, statistic="mean", value="odd", at_least=0.0)


def test_facts_are_near_enough_or_not(bench: Bench) -> None:
    """Those that few carry, and those of zero, are none that could be near."""
    fits = pl.DataFrame({
        "target": ["a", "a", "a", "b", "b"],
        "role": ["train", "train", "holdout", "train", "train"],
        "status": ["train", "train", "holdout", "few carriers", "train"],
        "error": [0.05, -0.2, 0.01, 0.0, None],
    })  # fmt: skip
    bench.put("calibrate.national", {"fits.parquet": fits})
    about = {"statistic": "fits", "calibration": "national", "target": None, "role": None, "within": 0.1}
    bounds = {"at_least": 0.6, "at_most": None}

    def share(**chosen: object) -> float:
        parameters = {"aggregates": {}, "weight": "household_weight", "blocking": False,
                      "gates": {"it": about | bounds | chosen}}  # fmt: skip
        frame = bench.frame("base", {"household": [1]}, {"household.household_weight": [1.0]})
        given = {"calibrate.national": "calibrate.national"}
        artifact = bench.run("validate", parameters, frames={"frame": frame}, artifacts=given)
        return float(json.loads(artifact.path("gates.json").read_text(encoding="utf-8"))["it"]["value"])

    assert share() == pytest.approx(2 / 3)
    assert share(role="train") == 0.5
    with pytest.raises(NodeFailed, match="looks at no fact"):
        share(target="b")


def test_weights_that_collapsed_are_seen_by_a_gate(bench: Bench) -> None:
    """Each measure is what the calibration reported, or is counted in its weights."""
    told = {
        "effective_sample_size": 30.0,
        "effective_sample_size_start": 120.0,
        "ratio_max": 7.0,
        "tiny_share": 0.4,
    }
    weights = pl.DataFrame({"household_weight": [0.0, 2.0, 3.0]})
    files: dict[str, pl.DataFrame | str | bytes] = {
        "report.json": json.dumps({"weights": told}),
        "household.household_weight.parquet": weights,
    }
    bench.put("calibrate.national", files)

    def value(measure: str, **bounds: float | None) -> tuple[float, bool]:
        rule = {"statistic": "weights", "calibration": "national", "measure": measure}
        gates = {"it": rule | {"at_least": None, "at_most": None} | bounds}
        parameters = {"aggregates": {}, "weight": "household_weight", "blocking": False, "gates": gates}
        frame = bench.frame("base", {"household": [1]}, {"household.household_weight": [1.0]})
        given = {"calibrate.national": "calibrate.national"}
        artifact = bench.run("validate", parameters, frames={"frame": frame}, artifacts=given)
        row = json.loads(artifact.path("gates.json").read_text(encoding="utf-8"))["it"]
        return float(row["value"]), bool(row["passes"])

    assert value("effective_sample_size", at_least=31.0) == (30.0, False)
    assert value("effective_share", at_least=0.25) == (0.25, True)
    assert value("tiny_share", at_most=0.3) == (0.4, False)
    assert value("largest_ratio", at_most=7.0) == (7.0, True)
    assert value("positive_records", at_least=3.0) == (2.0, False)


def test_what_was_found_outlives_what_fails(bench: Bench) -> None:
    """Each line is on disk before the next is looked for; the error says where. A fine end leaves nothing."""
    good = {"sum": "wages", "entity": "person", "benchmark": 3.0, "tolerance": 0.1, "unit": "currency-USD"}
    rules = {"a": good, "b": good | {"sum": "odd"}, "c": good | {"benchmark": 50.0}}
    columns = {
        "person.wages": [1.0, 2.0],
        "person.odd": [1.0, None],
        "household.household_weight": [1.0, 1.0],
    }
    frame = bench.frame("base", {"household": [1, 2]}, columns)
    parameters: dict[str, Any] = {"aggregates": rules, "weight": "household_weight", "blocking": False}
    with pytest.raises(NodeFailed, match="`b` has no value in 1 of 2 rows of person") as raised:
        bench.run("validate", parameters, frames={"frame": frame})
    files = list((bench.folder / "chunks").rglob("validated.jsonl"))
    assert str(files[0]) in str(raised.value.remedy)
    lines = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    assert [line["aggregate"] for line in lines] == ["a", "b", "c"]
    assert lines[0]["total"] == 3.0
    assert "has no value" in lines[1]["failed"]
    blocked = parameters | {"aggregates": {"a": good, "c": rules["c"]}, "blocking": True}
    with pytest.raises(NodeFailed, match="outside their tolerance: c") as raised:
        bench.run("validate", blocked, frames={"frame": frame})
    assert "validated.jsonl" in str(raised.value.remedy)
    bench.run("validate", blocked | {"blocking": False}, frames={"frame": frame})
    assert not list((bench.folder / "chunks").rglob("*"))
