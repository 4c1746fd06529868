"""Stages, replicates and a rotation, from the spec to what a run publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from tiny_bundle import planned, repeated, run_of

from specc.publish import published
from specc.render.results import results_text
from specc.results import results

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_tells_stages_replicates_and_folds(tmp_path: Path) -> None:
    """In its text, its report and its files; a validated total has an interval."""
    plan = planned(repeated(tmp_path / "bundle"))
    run, _ = run_of(plan, tmp_path / "bundle")
    run.execute()
    found = results(plan, run.done)
    said = found.calibrations["people"]
    assert [stage["stage"] for stage in said["stages"]] == ["first", "rest"]
    assert {row["fold"] for row in said["rotation"]["folds"]} == {"06", "36"}
    assert said["replicates"]["replicates"] == 3
    wages = found.validations["totals"]["wages"]
    assert wages["interval"][0] < wages["total"] < wages["interval"][1]
    files = {file.name: file.path for file in published(found)}
    assert {"stages.parquet", "replicates.parquet", "intervals.parquet"} <= set(files)
    weights = pl.read_parquet(files["replicates.parquet"])
    assert (weights.height, weights.width) == (pl.read_parquet(files["tables/household.parquet"]).height, 3)
    text = results_text(found)
    for line in ("objective before", "held out error", "3 replicates (bootstrap)", "95 % from"):
        assert line in text


def test_a_calibration_that_is_replicated_is_the_same_calibration(tmp_path: Path) -> None:
    """Its node has the key it has alone."""
    alone = planned(_staged(tmp_path))
    both = planned(repeated(tmp_path / "both"))
    assert alone.node("calibrate.people").key == both.node("calibrate.people").key


def _staged(folder: Path) -> Path:
    bundle = repeated(folder / "alone")
    recipe = bundle / "recipe.yaml"
    lines = recipe.read_text().splitlines(keepends=True)
    recipe.write_text("".join(line for line in lines if not line.strip().startswith(("replic", "rotat"))))
    return bundle
