"""One solve in a process of its own: seconds, memory, and how good the weights are.

python -m benchmarks.calibration.measure CASE.npz '{"solver": "dual", "options": {"penalty": 3.0}}'
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from benchmarks.calibration.cases import columns, load
from benchmarks.calibration.solvers import prepared
from runtime.calibration.fit import fit, weight_report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.calibration.cases import Case

    Doubles = NDArray[np.float64]

Row = dict[str, Any]
_FITS = ("mean_error", "median_error", "within_1", "within_5", "within_10")
_WEIGHTS = ("ratio_p1", "ratio_p99", "ratio_max", "tiny_share")


def measured(case: Path, solver: str, options: dict[str, Any]) -> Row:
    """Solve a stored case in a fresh process; what it died of stands under `failed`, if it did."""
    asked = json.dumps({"solver": solver, "options": options})
    command = [sys.executable, "-m", "benchmarks.calibration.measure", str(case), asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        row: Row = json.loads(done.stdout.splitlines()[-1])
        return row
    last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    return {"solver": solver, "options": options, "failed": last}


def _measure(path: Path, asked: Row) -> Row:
    case = load(path)
    trained = np.ones(len(case.targets), np.bool_) if case.trained is None else case.trained
    matrix, targets = columns(case, trained)
    before = psutil.Process().memory_info().rss
    solve = prepared(asked["solver"], asked["options"], matrix, targets, case.start)
    began, burnt = time.perf_counter(), time.process_time()
    weights = solve()
    seconds, cpu = time.perf_counter() - began, time.process_time() - burnt
    cost: Row = {"seconds": seconds, "cpu": cpu, "memory": (_peak_bytes() - before) / 2**20}
    size: Row = {"records": len(case.start), "facts": len(targets), "entries": int(matrix.nnz)}
    return {**asked, **size, **cost, **quality(case, trained, weights)}


def quality(case: Case, trained: NDArray[np.bool_], weights: Doubles) -> Row:
    """Return fit, fit of what was not shown (under `held_out_…`), and what happened to the weights."""
    moved = weight_report(weights, case.start)
    return {
        **_fit(case, trained, weights, ""),
        **(_fit(case, ~trained, weights, "held_out_") if not trained.all() else {}),
        "ess": moved.effective_sample_size,
        "ess_kept": moved.effective_sample_size / moved.effective_sample_size_start,
        **{name: getattr(moved, name) for name in _WEIGHTS},
    }


def _fit(case: Case, chosen: NDArray[np.bool_], weights: Doubles, prefix: str) -> Row:
    found = fit(*columns(case, chosen), weights)
    return {prefix + name: getattr(found, name) for name in _FITS}


def _peak_bytes() -> int:
    """Return the highest resident size of this process (Linux; getrusage would inherit the parent's)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), json.loads(sys.argv[2]))))
