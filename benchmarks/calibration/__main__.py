"""Measure the regularised dual on every tax unit of the open CPS file, and on a synthetic national problem.

    python -m benchmarks.calibration          (a minute; writes RESULTS.md beside this)
    python -m benchmarks.calibration --large  (some minutes and 2 GB more)

Each solve runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np
import psutil
from scipy.sparse import csr_matrix

from benchmarks.calibration.problem import build, synthetic
from benchmarks.sources import shipped_file
from runtime.calibration.dual import DEFAULT_PENALTY, DualOptions, solve
from runtime.calibration.fit import fit, weight_report
from runtime.calibration.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

HERE = Path(__file__).resolve().parent
PENALTIES = (30.0, 10.0, DEFAULT_PENALTY, 1.0, 0.1)
LARGE = (1_500_000, 4_000, 20)
COLUMNS = {
    "records": ("records", "{:,}"),
    "facts": ("facts", "{:,}"),
    "penalty": ("penalty", "{:g}"),
    "seconds": ("seconds", "{:.2f}"),
    "CPU s": ("cpu", "{:.2f}"),
    "steps": ("steps", "{}"),
    "gap": ("gap", "{:.0e}"),
    "mean abs rel error": ("mean_error", "{:.1e}"),
    "median": ("median_error", "{:.1e}"),
    "within 1 %": ("within_1", "{:.1%}"),
    "5 %": ("within_5", "{:.1%}"),
    "10 %": ("within_10", "{:.1%}"),
    "ESS": ("ess", "{:,.0f}"),
    "ESS / start": ("ess_kept", "{:.1%}"),
    "ratio p1": ("ratio_p1", "{:.2f}"),
    "p99": ("ratio_p99", "{:.2f}"),
    "max": ("ratio_max", "{:.1f}"),
    "tiny": ("tiny_share", "{:.2%}"),
    "CSR MB": ("csr", "{:.0f}"),
    "extra peak MB": ("extra", "{:.0f}"),
}
TEXT = """# Calibration: the regularised dual, measured

Written by `python -m benchmarks.calibration`; seed {seed}; {machine}. One solve a process, kernels compiled
before.

The 280,005 tax units are the open CPS file; facts are state x age counts, and by income band x filing status
the counts and sums of six amounts, each carried by at least 20 records; targets are the raw weighted totals
times factors in [0.8, 1.25] that move together in blocks of neighbours. Count and sum of one thin cell can
ask for opposite things, so no weights meet every fact. The row of 1.5 M records, if there, is synthetic: 20
classifications of 200 cells.

{table}

Seconds are wall time, on a machine others may be using; CPU seconds add up the threads.
"Extra peak" is the highest resident memory during the solve less that before it. "Tiny" is the share of
records whose weight fell to 1e-8 of the mean. The default penalty is {default:g}: the largest part of the
fit for a few percent of the effective sample size; below it, the remaining misses are bought with records
driven to nothing.
"""
Row = dict[str, float]


def main() -> None:
    """Build the problems, solve each in a fresh process, write the table."""
    arguments = _arguments()
    if arguments.worker:
        print(json.dumps(measure(Path(arguments.worker), arguments.penalty)))
        return
    text = report(_rows(arguments), arguments.seed)
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="of the factors on the targets")
    parser.add_argument(
        "--large", action="store_true", help="also 1.5 M records x 4,000 facts, 30 M non-zeros"
    )
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--penalty", type=float, default=DEFAULT_PENALTY, help=argparse.SUPPRESS)
    return parser.parse_args()


def _rows(arguments: argparse.Namespace) -> list[Row]:
    """Measure every case."""
    with tempfile.TemporaryDirectory() as folder:
        open_cps = Path(folder) / "cps.npz"
        _save(open_cps, *build(shipped_file("cps_2012"), arguments.seed))
        rows = [_in_own_process(open_cps, penalty) for penalty in PENALTIES]
        if arguments.large:
            national = Path(folder) / "synthetic.npz"
            _save(national, *synthetic(*LARGE, arguments.seed))
            rows.append(_in_own_process(national, DEFAULT_PENALTY))
    return rows


def _save(path: Path, matrix: csr_matrix, targets: Doubles, start: Doubles) -> None:
    parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr}
    np.savez(path, targets=targets, start=start, **parts)


def _load(path: Path) -> Problem:
    with np.load(path) as stored:
        targets, start = stored["targets"], stored["start"]
        parts = (stored["data"], stored["indices"], stored["indptr"])
    return Problem(csr_matrix(parts, shape=(len(start), len(targets))), targets, start)


def _in_own_process(path: Path, penalty: float) -> Row:
    command = [
        sys.executable,
        "-m",
        "benchmarks.calibration",
        "--worker",
        str(path),
        "--penalty",
        str(penalty),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    row: Row = json.loads(done.stdout)
    return row


def measure(path: Path, penalty: float) -> Row:
    """Solve the stored problem once, kernels already compiled; times in seconds, memory in MB."""
    one = np.ones(1, dtype=np.float32)
    solve(
        Problem(csr_matrix(np.atleast_2d(one)), np.array([2.0]), np.array([1.0]))
    )  # loads the cached kernels
    case, before = _load(path), psutil.Process().memory_info().rss
    began, burnt = time.perf_counter(), time.process_time()
    solution = solve(case, DualOptions(penalty=penalty))
    seconds, cpu = time.perf_counter() - began, time.process_time() - burnt
    extra = (_peak_bytes() - before) / 2**20
    csr = sum(part.nbytes for part in (case.matrix.data, case.matrix.indices, case.matrix.indptr)) / 2**20
    size: Row = {"records": len(case.start), "facts": len(case.targets), "penalty": penalty}
    cost: Row = {"seconds": seconds, "cpu": cpu, "csr": csr, "extra": extra, "steps": solution.iterations}
    return {**size, **cost, "gap": solution.relative_gap, **_quality(case, solution.weights)}


def _quality(case: Problem, weights: Doubles) -> Row:
    facts, moved = fit(case.matrix, case.targets, weights), weight_report(weights, case.start)
    return {
        **{
            name: getattr(facts, name)
            for name in ("mean_error", "median_error", "within_1", "within_5", "within_10")
        },
        "ess": moved.effective_sample_size,
        "ess_kept": moved.effective_sample_size / moved.effective_sample_size_start,
        **{name: getattr(moved, name) for name in ("ratio_p1", "ratio_p99", "ratio_max", "tiny_share")},
    }


def _peak_bytes() -> int:
    """Return the highest resident size of this process (Linux; getrusage would inherit the parent's)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


def report(rows: list[Row], seed: int) -> str:
    """Return the results as Markdown."""
    head = " | ".join(COLUMNS)
    lines = [" | ".join(form.format(row[key]) for key, form in COLUMNS.values()) for row in rows]
    table = "\n".join(f"| {line} |" for line in [head, " | ".join("---" for _ in COLUMNS), *lines])
    threads = f"numba {numba.__version__} with {numba.get_num_threads()} threads"
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {threads}"
    return TEXT.format(table=table, machine=machine, seed=seed, default=DEFAULT_PENALTY)


if __name__ == "__main__":
    main()
