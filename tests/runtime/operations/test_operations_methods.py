"""Calibrations by every method of the language, as a plan carries them out."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, report

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

HOUSEHOLDS = 200
METHODS: dict[str, dict[str, Any]] = {
    "dual": {"penalty": 0.01, "mass": "conserve", "weight_bounds": [0.5, 9.0]},
    "ipf": {"mass": "conserve"},
    "microcalibrate": {"epochs": 300},
    "l0": {"records": 60, "epochs": 40, "tries": 4, "penalty": 0.01, "mass": "conserve"},
    "exact_k": {"records": 60, "penalty": 0.01},
}
PACKAGES = {"microcalibrate": "microcalibrate", "l0": "l0"}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def calibrate(bench: Bench, method: dict[str, Any], targets: tuple[float, float] = (90.0, 260.0)) -> Artifact:
    """Calibrate two hundred households of one or two persons, half of them in a place, to two facts."""
    entries = [(row, 0, 1.0) for row in range(0, HOUSEHOLDS, 2)]
    entries += [(row, 1, 1.0 + (row % 3 == 0)) for row in range(HOUSEHOLDS)]
    schema = {"household": pl.Int64, "fact": pl.Int64, "value": pl.Float32}
    ledger = {
        "fact": [0, 1], "name": ["place", "people"], "target": ["place", "people"], "family": ["f", "f"],
        "role": ["train", "train"], "lower": [None, None], "upper": [None, None], "value": list(targets),
        "carriers": [HOUSEHOLDS // 2, HOUSEHOLDS],
    }  # fmt: skip
    triples = pl.DataFrame(sorted(entries), schema=schema, orient="row")
    matrix = bench.put("matrix", {"matrix.parquet": triples, "facts.parquet": pl.DataFrame(ledger)})
    columns = {"household.household_weight": [1.0] * HOUSEHOLDS}
    frame = bench.frame("base", {"household": list(range(1, HOUSEHOLDS + 1))}, columns)
    parameters = {
        "method": method, "minimum_carriers": 3, "scale_to": None, "flags": [],
        "weight": "household_weight", "start": "household_weight",
    }  # fmt: skip
    return bench.run(
        "calibrate", parameters, frames={"frame": frame}, artifacts={"matrix": matrix},
        outputs={"household": ("household_weight",)},
    )  # fmt: skip


@pytest.mark.parametrize("kind", METHODS)
def test_each_method_meets_the_facts_and_says_how(bench: Bench, kind: str) -> None:
    """The report has the same keys whichever it is, and what a method was to keep is kept."""
    if find_spec(PACKAGES.get(kind, "numpy")) is None:
        pytest.skip(f"{PACKAGES[kind]} is not installed: pip install 'specc[{kind}]'")
    settings = METHODS[kind]
    made = calibrate(bench, {"kind": kind, **settings})
    weights, said = column(made, "household", "household_weight").to_numpy(), report(made)
    assert said["fit"]["train"]["calibrated"]["within_1"] == 1
    assert said["solver"]["kind"] == kind
    assert said["solver"]["settings"] == settings
    assert set(said["solver"]) == {
        "kind", "settings", "reason", "converged", "iterations", "relative_gap", "measure", "at_limit",
        "records_with_weight", "details",
    }  # fmt: skip
    assert said["solver"]["records_with_weight"] == settings.get("records", HOUSEHOLDS)
    if "mass" in settings:
        assert weights.sum() == pytest.approx(HOUSEHOLDS, rel=1e-7)


def test_facts_that_raking_cannot_meet_fail_the_step_by_name(bench: Bench) -> None:
    """Fewer people than households in the place: nobody's weights do that."""
    with pytest.raises(NodeFailed, match=r"place.* is missed by .* at best, against it .*people"):
        calibrate(bench, {"kind": "ipf"}, (90.0, 50.0))
    assert bench.left() == []


def test_more_records_than_there_are_fail_the_step(bench: Bench) -> None:
    """With how many there are."""
    with pytest.raises(NodeFailed, match=r"only 200 have a start weight above 0; write `records: 200`"):
        calibrate(bench, {"kind": "exact_k", "records": 201})


def test_a_sum_that_cannot_stay_fails_the_step(bench: Bench) -> None:
    """All weights at least 2, and their sum that of ones."""
    with pytest.raises(NodeFailed, match="the sum of the weights is to stay 200"):
        calibrate(bench, {"kind": "dual", "mass": "conserve", "weight_bounds": [2.0, 9.0]})


def test_the_choice_of_records_is_that_of_the_stream(bench: Bench) -> None:
    """The same stream, the same records: an unread parameter changes the key and nothing else."""
    first = calibrate(bench, {"kind": "exact_k", "records": 60, "penalty": 0.01})
    again = calibrate(bench, {"kind": "exact_k", "records": 60, "penalty": 0.01, "mass": None})
    columns = [column(each, "household", "household_weight").to_numpy() for each in (first, again)]
    np.testing.assert_array_equal(columns[0], columns[1])
