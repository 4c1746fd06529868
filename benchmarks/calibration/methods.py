"""Measure every calibration method on one small real problem.

    python -m benchmarks.calibration.methods   (a minute or two; writes METHODS.md beside this)

A tenth of the tax units of the open CPS file, and the usual facts that 20 of them carry. One process, kernels
compiled and packages imported before.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.calibration.problem import usual
from benchmarks.sources import shipped_file
from runtime.calibration.fit import fit, weight_report
from runtime.calibration.gram import rmatvec
from runtime.calibration.problem import Problem
from runtime.calibration.solvers import Unmet, solve, solver
from runtime.calibration.support import carriers
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Path(__file__).parent
RECORDS, KEPT = 28_000, 5_000
ASKED: tuple[dict[str, Any], ...] = (
    {"kind": "dual"},
    {"kind": "dual", "penalty": 0.01},
    {"kind": "microcalibrate"},
    {"kind": "l0", "records": KEPT},
    {"kind": "exact_k", "records": KEPT},
    {"kind": "exact_k", "records": KEPT, "penalty": 0.01},
    {"kind": "ipf", "sweeps": 300},
)
COLUMNS = (
    "method",
    "CPU seconds",
    "mean error",
    "within 1 %",
    "within 5 %",
    "effective sample size",
    "records with weight",
)
HEAD = f"| {' | '.join(COLUMNS)} |"
TEXT = """# Calibration methods on one small real problem

Written by `python -m benchmarks.calibration.methods`: {records:,} tax units of the open CPS file, drawn
at random, and {facts:,} facts, some of which contradict each other; the start has an effective sample size of
{start:,.0f}. In the second table the targets are what weights between 0.7 and 1.4 of the start add up to, so
that all facts can be met.

{first}

{second}
"""


def main() -> None:
    """Build the problem, try every method, write the tables."""
    hard = problem()
    soft = replace(hard, targets=_reachable(hard))
    first, second = (_table(each) for each in (hard, soft))
    start = weight_report(hard.start, hard.start).effective_sample_size
    size = {"records": RECORDS, "facts": len(hard.targets), "start": start}
    text = TEXT.format(first=first, second=second, **size)
    (HERE / "METHODS.md").write_text(text, encoding="utf-8")
    print(text)


def problem() -> Problem:
    """Return a tenth of the records, and the facts that twenty of them carry."""
    case = usual(shipped_file("cps_2012"), 1)
    rows = np.sort(stream(0, "methods").choice(len(case.start), RECORDS, replace=False))
    part = case.matrix[rows]
    facts = np.flatnonzero(carriers(part) >= 20)
    part = part[:, facts].tocsr()
    part.sort_indices()
    part.indices = part.indices.astype(np.int32)
    start = case.start[rows] * (case.start.sum() / case.start[rows].sum())
    return Problem(part, case.targets[facts], start)


def _reachable(hard: Problem) -> NDArray[np.float64]:
    return rmatvec(hard.matrix, hard.start * stream(0, "methods", "true").uniform(0.7, 1.4, RECORDS))


def _table(case: Problem) -> str:
    rows = [_row(case, asked) for asked in ASKED]
    return "\n".join([HEAD, "| --- " * 7 + "|", *rows])


def _row(case: Problem, asked: dict[str, Any]) -> str:
    settings = ", ".join(f"{name} {value:,}" for name, value in asked.items() if name != "kind")
    name = f"`{asked['kind']}`" + (f" ({settings})" if settings else "")
    how = solver(**asked)
    began = time.process_time()
    try:
        found = solve(how, case, random=stream(0, "methods", "draw"))
    except Unmet as error:
        seconds, worst = time.process_time() - began, str(error).split(";")[:2][-1].strip()
        return f"| {name} | {seconds:.1f} | refused: {worst} | | | | |"
    seconds = time.process_time() - began
    facts, moved = fit(case.matrix, case.targets, found.weights), weight_report(found.weights, case.start)
    figures = f"{facts.mean_error:.2%} | {facts.within_1:.1%} | {facts.within_5:.1%}"
    kept = f"{moved.effective_sample_size:,.0f} | {np.count_nonzero(found.weights):,}"
    return f"| {name} | {seconds:.1f} | {figures} | {kept} |"


if __name__ == "__main__":
    main()
