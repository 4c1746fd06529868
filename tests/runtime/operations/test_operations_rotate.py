"""Folds are held out in turn, scored by weights that never saw them, and told in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, report

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

SOLVING: dict[str, Any] = {
    "method": {"kind": "dual", "distance": "entropy", "penalty": 1e-4},
    "scale_to": None, "weight": "w", "start": "w",
}  # fmt: skip
NUMBER = 60
# name, target, family, role, place, value, every how many households carry it.
FACTS = [
    ("all", "people", "people", "train", None, 120.0, 1),
    ("wages", "soi", "wages", "train", None, 90.0, 2),
    ("wage earners", "soi", "wages.returns", "train", None, 80.0, 2),
    ("rents", "soi", "rents", "train", None, 50.0, 3),
    ("west", "people", "people", "train", "06", 40.0, 4),
    ("held", "soi", "interest", "holdout", None, 1.0, 5),
    ("zero", "soi", "losses", "train", None, 0.0, 7),
]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def rotated(bench: Bench, facts: list[Any] = FACTS, **rotation: object) -> dict[str, Any]:
    """Calibrate sixty households, hold folds out in turn, and return the report."""
    rows = sorted((h, n, 1.0) for n, (*_, every) in enumerate(facts) for h in range(0, NUMBER, every))
    schema = {"household": pl.Int64, "fact": pl.Int64, "value": pl.Float32}
    names = ("name", "target", "family", "role", "place", "value")
    ledger = {
        "fact": range(len(facts)), "geography": ["nation"] * len(facts), "lower": [None] * len(facts),
        "upper": [None] * len(facts), "carriers": [NUMBER // fact[-1] for fact in facts],
        **{name: [fact[at] for fact in facts] for at, name in enumerate(names)},
    }  # fmt: skip
    files = {
        "matrix.parquet": pl.DataFrame(rows, schema=schema, orient="row"),
        "facts.parquet": pl.DataFrame(ledger),
    }
    given = {"matrix": bench.put("matrix", files)}
    frame = bench.frame("base", {"household": list(range(NUMBER))}, {"household.w": [1.0] * NUMBER})
    bench.run(
        "calibrate", SOLVING | {"minimum_carriers": 1, "flags": []}, frames={"frame": frame},
        artifacts=given, outputs={"household": ("w",)}, address="calibrate.it",
    )  # fmt: skip
    given["calibrated"] = "calibrate.it"
    return report(
        bench.run("rotate", SOLVING | {"rotation": rotation}, frames={"frame": frame}, artifacts=given)
    )


def test_a_fold_is_scored_by_weights_that_never_saw_it(bench: Bench) -> None:
    """They are those of a calibration to the other facts alone."""
    rows = {row["fold"]: row for row in rotated(bench, by="family", folds=10)["folds"]}
    assert set(rows) == {"people.people", "soi.wages", "soi.rents", "soi.losses"}
    without = [fact if fact[2] != "rents" else (*fact[:3], "audit", *fact[4:]) for fact in FACTS]
    alone = rotated(bench, without, by="family", folds=10)
    assert alone["folds"][0]["trained_on"] == rows["soi.rents"]["trained_on"] - 2
    assert rows["soi.rents"]["trained"]["mean_error"] < 0.01
    assert rows["soi.rents"]["held_out"]["mean_error"] > 0.05
    assert rows["soi.rents"]["raw"]["mean_error"] == pytest.approx(0.6)


def test_amounts_and_their_returns_are_held_out_together(bench: Bench) -> None:
    """One would give the other away."""
    row = next(r for r in rotated(bench, by="family", folds=10)["folds"] if r["fold"] == "soi.wages")
    assert row["facts"] == 2


def test_groups_are_dealt_out_evenly_and_every_trained_fact_once(bench: Bench) -> None:
    """Six trained facts in two folds; what is held out anyway rotates with nobody."""
    found = rotated(bench, by="family", folds=2)["folds"]
    assert [row["facts"] + row["unmeasured"] for row in found] == [3, 3]
    assert [row["trained_on"] for row in found] == [3, 3]


def test_facts_without_a_place_are_always_trained_on(bench: Bench) -> None:
    """Only places rotate."""
    found = rotated(bench, by="place", folds=5)["folds"]
    assert [(row["fold"], row["facts"], row["trained_on"]) for row in found] == [("06", 1, 5)]


def test_folds_may_be_named(bench: Bench) -> None:
    """By target, family, level or place; what is not trained on is not in them."""
    folds = [{"fold": "work", "families": ["soi.wages", "soi.interest"]}, {"fold": "west", "places": ["06"]}]
    found = rotated(bench, folds=folds)["folds"]
    assert [(row["fold"], row["facts"]) for row in found] == [("work", 2), ("west", 1)]


def test_the_table_has_the_mean_and_the_spread_over_folds(bench: Bench) -> None:
    """Of each measure: with raw weights, held out, and trained on. A fact of zero has no relative error."""
    found = rotated(bench, by="family", folds=10)
    rows = [row for row in found["folds"] if row["facts"]]
    assert len(rows) == 3
    errors = np.array([row["held_out"]["mean_error"] for row in rows])
    spread = found["spread"]["mean_error"]["held_out"]
    assert spread["mean"] == pytest.approx(errors.mean())
    assert spread["deviation"] == pytest.approx(errors.std(ddof=1))
    assert (spread["least"], spread["largest"]) == (errors.min(), errors.max())
