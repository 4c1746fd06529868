"""Fit against effective sample size on the facts of a bundle: the dual and microcalibrate, all the way."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.calibration.cases import Case, save
from benchmarks.calibration.measure import measured, quality
from benchmarks.calibration.pages import COST, FIT, SOLVER, machine, table
from runtime.frames import FrameReader
from runtime.operations.calibrate import factor_of
from runtime.operations.fits import read_facts
from runtime.store import open_store
from specc.runs import RUN_MANIFEST, plan_of_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.calibration.measure import Row
    from compiler.plan import Plan
    from runtime.store import Artifact

PENALTIES = (300.0, 200.0, 100.0, 50.0, 30.0, 20.0, 10.0, 7.0, 5.0, 3.0, 2.0, 1.0, 0.5, 0.3, 0.1, 0.03, 0.01)
EPOCHS, RATES = (32, 100, 300, 1_000), (0.01, 0.03, 0.1)
HELD_OUT = {"held out: median error": ("held_out_median_error", "{:.1%}")}
KEPT = {"ESS kept": ("ess_kept", "{:.1%}"), "largest ratio": ("ratio_max", "{:,.0f}")}
TEXT = """# Fit against effective sample size, on the facts of {bundle}

Written by `python -m benchmarks.calibration curve {bundle} {sample}`; {machine}

{records:,} households with a start weight (a sample of {sample}), {facts:,} trained facts, {held} held out.
The start weights miss the trained facts by {start:.1%} in the mean and the held-out ones by {start_held:.1%}
in the median. Both solvers are shown the same matrix and start; microcalibrate without its noise, which would
move the start.

Of microcalibrate's {all} points, {below} have one of the dual's with an error no larger and an effective
sample size no smaller{beside}.

{table}
"""


def measure(folder: Path, bundle: str, sample: str) -> str:
    """Build the bundle up to its facts and measure both curves; return the page."""
    case = _case(bundle, sample, folder)
    path, before = save(case, folder / "case.npz"), _before(case)
    ours = [measured(path, "dual", {"penalty": penalty}) for penalty in PENALTIES]
    rival = [
        measured(path, "microcalibrate", {"epochs": epochs, "learning_rate": rate, "noise_level": 0.0})
        for rate in RATES
        for epochs in EPOCHS
    ]
    beside = [row for row in rival if not any(_is_above(own, row) for own in ours)]
    named = ", ".join(f"{row['options']['epochs']} at {row['options']['learning_rate']:g}" for row in beside)
    return TEXT.format(
        bundle=bundle, sample=sample, machine=machine(), records=int((case.start > 0).sum()),
        facts=ours[0]["facts"], held=len(case.targets) - ours[0]["facts"],
        start=before["mean_error"], start_held=before["held_out_median_error"],
        all=len(rival), below=len(rival) - len(beside), beside=f"; the others are {named}" if beside else "",
        table=table([*ours, *rival], SOLVER | COST | FIT | KEPT | HELD_OUT),
    )  # fmt: skip


def _is_above(own: Row, row: Row) -> bool:
    return bool(own["mean_error"] <= row["mean_error"] and own["ess_kept"] >= row["ess_kept"])


def _before(case: Case) -> Row:
    assert case.trained is not None  # noqa: S101 - `_case` says which
    return quality(case, case.trained, case.start)


def _case(bundle: str, sample: str, folder: Path) -> Case:
    """Carry the bundle out and take the trained and the held-out facts from what it stored."""
    store, out = folder / "store", folder / "out"
    run = [sys.executable, "-m", "specc", "run", bundle, "--sample", sample, "--quiet"]
    subprocess.run([*run, "--store", str(store), "--out", str(out)], check=True)
    said = json.loads((out / RUN_MANIFEST).read_bytes())
    opened = open_store(str(store))
    nodes = said["predicate"]["x-specc"]["nodes"]
    return _facts(plan_of_run(out), {node["address"]: opened.find(node["key"]) for node in nodes})


def _facts(plan: Plan, artifacts: Mapping[str, Any]) -> Case:
    found: Mapping[str, Artifact] = artifacts
    node = next(each for each in plan.nodes if each.operation == "calibrate")
    weight, start = (node.parameters[name] for name in ("weight", "start"))
    reader = FrameReader(node.inputs.frames["frame"], found)
    stored, internal = (reader.column(name).to_numpy().astype(np.float64) for name in (weight, start))
    facts = read_facts(found[node.inputs.artifacts["matrix"]], internal, node.parameters["minimum_carriers"])
    shown = np.flatnonzero(np.isin(facts.status, ["train", "holdout"]))
    scaled = internal * factor_of(facts, stored, node.parameters["scale_to"])
    return Case(facts.only(shown), facts.values[shown], scaled, facts.status[shown] == "train")
