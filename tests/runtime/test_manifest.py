"""Sidecars say what was built from what, and two equal runs say the same but for one subtree."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import polars as pl
import pytest

from runtime.content import fingerprint
from runtime.manifest import (
    Attempt,
    Dependency,
    Findings,
    NodeOutcome,
    Step,
    artifact_manifest,
    canonical_json,
    run_manifest,
    without_volatile,
    write_atomically,
)
from runtime.store import Output

if TYPE_CHECKING:
    from pathlib import Path

FIRST = Attempt("run-1", "2026-01-01T00:00:00+00:00", "2026-01-01T00:01:00+00:00", 60.0, 2**30, {"cpus": 2})
SECOND = Attempt("run-2", "2026-02-01T00:00:00+00:00", "2026-02-01T00:00:30+00:00", 30.0, 2**29, {"cpus": 64})
STEP = Step(
    "impute.tips.tip_income",
    "ab" * 32,
    {"op": "impute.qrf", "op_version": 1},
    {"bundle": "us_open"},
    [
        Dependency(
            "donor", "pypi:taxcalc==6.8.5/taxcalc/cps.csv.gz", {"sha256": "cd" * 32}, {"licence": "CC0-1.0"}
        )
    ],
)
FINDINGS = Findings(
    "impute.tips.tip_income/draw",
    "bitwise",
    {"person": 3},
    {"design": 3.5},
    {"person.parquet": fingerprint(pl.DataFrame({"tip_income": [0.0, 1.0, None]}))},
)
OUTPUT = Output("person.parquet", "ef" * 32, "sha256:" + "01" * 32, 10)


def test_artifact_manifest_is_a_statement_with_provenance() -> None:
    """The envelope is in-toto v1, the predicate SLSA provenance v1, the file a subject with both digests."""
    manifest = artifact_manifest(STEP, FIRST, FINDINGS, outputs=[OUTPUT], byproducts=["log"])
    assert manifest["_type"] == "https://in-toto.io/Statement/v1"
    assert manifest["predicateType"] == "https://slsa.dev/provenance/v1"
    assert manifest["subject"] == [
        {
            "name": "person.parquet",
            "digest": {"sha256": "ef" * 32},
            "annotations": {"content": OUTPUT.content, "bytes": 10},
        }
    ]
    predicate = json.loads(canonical_json(manifest))["predicate"]
    assert predicate["buildDefinition"]["internalParameters"]["address"] == STEP.address
    assert predicate["buildDefinition"]["resolvedDependencies"][0]["digest"] == {"sha256": "cd" * 32}
    assert predicate["runDetails"]["byproducts"] == [{"name": "log"}]
    assert predicate["x-specc"]["columns"]["person.parquet"]["tip_income"]["nulls"] == 1
    assert predicate["runDetails"]["metadata"]["x-specc"]["peakBytes"] == 2**30


def test_equal_builds_differ_in_one_subtree_only() -> None:
    """Without `runDetails.metadata`, two attempts write the same bytes; the original is untouched."""
    first, second = (
        artifact_manifest(STEP, attempt, FINDINGS, outputs=[OUTPUT]) for attempt in (FIRST, SECOND)
    )
    assert first != second
    assert canonical_json(without_volatile(first)) == canonical_json(without_volatile(second))
    assert "run-1" in canonical_json(first).decode()


def test_equal_runs_differ_in_one_subtree_only() -> None:
    """A run that reuses everything equals the one that built it, in whatever order the nodes finished."""
    built = [NodeOutcome("b", "k2", "built", {"x": "sha256:1"}), NodeOutcome("a", "k1", "built")]
    reused = [NodeOutcome("a", "k1", "reused"), NodeOutcome("b", "k2", "reused", {"x": "sha256:1"})]
    first = run_manifest("plan", built, FIRST, spec_files={"spec.yaml": "ff" * 32}, outputs=[OUTPUT])
    second = run_manifest("plan", reused, SECOND, spec_files={"spec.yaml": "ff" * 32}, outputs=[OUTPUT])
    assert first != second
    assert without_volatile(first) == without_volatile(second)
    assert '"python"' in canonical_json(without_volatile(first)).decode()


def test_canonical_json_is_one_spelling() -> None:
    """Key order does not matter, text stays readable, and what JSON cannot say is refused."""
    assert (
        canonical_json({"b": 1, "a": "é"})
        == canonical_json({"a": "é", "b": 1})
        == '{\n  "a": "é",\n  "b": 1\n}\n'.encode()
    )
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": float("nan")})


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that dies before its rename leaves the old bytes and no litter."""
    path = tmp_path / "run.json"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]
