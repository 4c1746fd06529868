"""How time and memory of the dual grow with records, facts and entries a record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.calibration.cases import save
from benchmarks.calibration.measure import measured
from benchmarks.calibration.pages import COST, FIT, SIZE, machine, table
from benchmarks.calibration.problem import synthetic

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.calibration.measure import Row

SEED = 1
RECORDS, FACTS, ENTRIES = 200_000, 1_000, 10
CURVES = {
    "records": [(records, FACTS, ENTRIES) for records in (50_000, 100_000, 200_000, 400_000, 800_000)],
    "facts": [(RECORDS, facts, ENTRIES) for facts in (250, 500, 1_000, 2_000, 4_000, 8_000)],
    "entries a record": [(RECORDS, FACTS, entries) for entries in (4, 10, 20, 40)],
}
ENTRIES_A_RECORD = {"entries a record": ("density", "{:.0f}")}
TEXT = """# How calibration grows

Written by `python -m benchmarks.calibration growth`; drawn problems, seed {seed}, penalty 3; {machine}

The exponent is that of the processor seconds between the smallest and the largest size of a curve: 1 is
proportional. Where a factor of the Hessian costs ten products with the matrix, as with many facts, it serves
several steps.

{curves}
"""


def measure(folder: Path) -> str:
    """Measure every curve; return the page."""
    parts = [_curve(name, sizes, folder) for name, sizes in CURVES.items()]
    return TEXT.format(seed=SEED, machine=machine(), curves="\n\n".join(parts))


def _curve(name: str, sizes: list[tuple[int, int, int]], folder: Path) -> str:
    rows = [_row(size, folder) for size in sizes]
    along = {"records": "records", "facts": "facts", "entries a record": "entries"}[name]
    steeper = math.log(rows[-1]["cpu"] / rows[0]["cpu"]) / math.log(rows[-1][along] / rows[0][along])
    return f"## By {name}: exponent {steeper:.2f}\n\n{table(rows, SIZE | ENTRIES_A_RECORD | COST | FIT)}"


def _row(size: tuple[int, int, int], folder: Path) -> Row:
    row = measured(save(synthetic(*size, SEED), folder / "case.npz"), "dual", {"penalty": 3.0})
    return {**row, "density": size[2]}
