"""The dual, microcalibrate and l0-python on the same records and facts, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.calibration.cases import save
from benchmarks.calibration.measure import measured
from benchmarks.calibration.pages import COST, FIT, SIZE, SOLVER, WEIGHTS, machine, table
from benchmarks.calibration.problem import fine, synthetic, usual
from benchmarks.sources import shipped_file

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.calibration.measure import Row

SEED = 1
PENALTIES = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1)
RIVALS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("microcalibrate", {}),
    ("microcalibrate", {"epochs": 200, "learning_rate": 0.02, "noise_level": 0.0}),
    ("microcalibrate", {"epochs": 200, "learning_rate": 0.1, "noise_level": 0.0}),
    ("l0", {"lambda_l0": 1e-8, "lr": 0.15, "epochs": 200, "init_keep_prob": 0.999}),
    ("l0", {"lambda_l0": 1e-4, "lr": 0.15, "epochs": 200, "init_keep_prob": 0.999}),
)
LARGE = (1_500_000, 4_000, 20)
TEXT = """# Calibration: the regularised dual and its rivals

Written by `python -m benchmarks.calibration`; seed {seed}; {machine}

Seconds are those of the solve alone by the clock; CPU adds up the threads, and other work on the machine
disturbs it less. Memory is the highest resident size of the process less that before anything was made of the
sparse matrix. What a rival makes of it (a dense frame, tensors) is made before the clock starts. "ESS kept":
the effective sample size over that of the start weights. Kernels are compiled before: once an installation.

## {usual} facts of real tax units

The 280,005 tax units of the open CPS file; facts are state x age counts, and by income band x filing status
the counts and sums of six amounts, each carried by at least 20 records; targets are the weighted totals times
factors in [0.8, 1.25] that move together in blocks of neighbours. Count and sum of one thin cell can ask for
opposite things, so no weights meet every fact.

{rivals}

With errors no larger than those of {rival}, the dual ({ours}) takes {faster:.0f} times less time ({less:.0f}
times less processor time) and {smaller:.0f} times less memory, and keeps {kept:.1%} of the effective sample
size where the rival keeps {rival_kept:.1%}.

## Larger

6,288 facts of states by income and by age over 300,000 real tax units (some of them twice), and 4,000 facts
of 1.5 million drawn records with 30 million entries. Targets are totals under other weights, each off by some
0.2 %: nearly consistent, as published facts are. The rivals that need a dense matrix would need it twice:
{dense}.

{larger}
"""


def measure(folder: Path) -> str:
    """Measure every solver on every problem it can take; return the page."""
    cps = shipped_file("cps_2012")
    case = save(usual(cps, SEED), folder / "usual.npz")
    ours = [measured(case, "dual", {"penalty": penalty}) for penalty in PENALTIES]
    rivals = [measured(case, name, options) for name, options in RIVALS]
    sizes = [save(fine(cps, SEED), folder / "fine.npz"), save(synthetic(*LARGE, SEED), folder / "large.npz")]
    larger = [measured(size, "dual", {"penalty": penalty}) for size in sizes for penalty in (3.0, 1.0)]
    larger.append(measured(sizes[0], *RIVALS[3]))
    dense = ", ".join(f"{4 * row['records'] * row['facts'] / 2**30:.1f} GiB" for row in larger[::2][:2])
    return TEXT.format(
        seed=SEED, machine=machine(), usual=f"{ours[0]['facts']:,}", dense=dense,
        rivals=table([*ours, *rivals], SOLVER | COST | FIT | WEIGHTS),
        larger=table(larger, SIZE | SOLVER | COST | FIT | WEIGHTS),
        **_compared(ours, rivals[1]),
    )  # fmt: skip


def _compared(ours: list[Row], rival: Row) -> dict[str, Any]:
    """Compare a rival with the cheapest of ours whose mean error is no larger."""
    best = next(row for row in ours if row["mean_error"] <= rival["mean_error"])
    return {
        "ours": f"penalty {best['options']['penalty']:g}",
        "rival": f"microcalibrate in {rival['options']['epochs']} epochs",
        "faster": rival["seconds"] / best["seconds"],
        "less": rival["cpu"] / best["cpu"],
        "smaller": rival["memory"] / best["memory"],
        "kept": best["ess_kept"],
        "rival_kept": rival["ess_kept"],
    }
