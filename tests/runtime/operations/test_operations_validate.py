"""Totals stand beside their benchmarks, and block only where the spec says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
