"""What the clones of the shipped bundle are worth, as the command says it, on a small sample."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import specc

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "specs" / "us_open"
pytestmark = [
    pytest.mark.soak, pytest.mark.slow, pytest.mark.engine, pytest.mark.network, pytest.mark.timeout(1800),
]  # fmt: skip


def test_every_clone_is_left_out_in_turn_and_scored_on_the_same_facts(tmp_path: Path) -> None:
    """One command: every variant is built, and what it finds of each clone has intervals."""
    words = ["ablation", str(BUNDLE), "--sample", "2%", "--seeds", "2", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "specc", *words],
        cwd=ROOT, env=os.environ | {"SPECC_STORE": str(tmp_path / "store")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    clones = {node.address for node in specc.plan(BUNDLE).nodes if node.operation == "clone"}
    assert {tuple(each["without"]) for each in found["comparisons"]} >= {(clone,) for clone in clones}
    whole, *variants = found["variants"]
    assert all(each["households"] < whole["households"] for each in variants)
    for each in found["comparisons"]:
        assert {line["scored"] for line in each["lines"]} == {"holdout", "audit", "few carriers"}
        assert all(low <= high for low, high in (line["interval"] for line in each["lines"]))
        assert each["carried"]["variant_only"] <= each["carried"]["whole_only"]
