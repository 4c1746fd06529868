"""What each method takes, by size: measured into `costs.json`, and from there into what plans are priced by.

`python -m benchmarks.imputation costs` does both; a test holds `compiler/plan/measured.py` to `costs.json`,
and that to the methods that there are and the revisions they are at.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter
from scipy.optimize import nnls

from compiler.model.methods import Method, revisions
from runtime.imputation import imputer

from .methods import Case
from .sizes import Size, take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .sizes import Taken

    Json = dict[str, Any]

FIGURES = Path(__file__).with_name("costs.json")
TABLE = Path(__file__).resolve().parents[2] / "compiler" / "plan" / "measured.py"
BASE = Size(8_000, 20_000, 3)
# Each grows by itself, so that what is measured tells their parts apart.
SIZES = (BASE, Size(32_000, 20_000, 3), Size(8_000, 80_000, 3), Size(8_000, 20_000, 12))
KINDS = ("forest", "qrf", "zi_qrf", "regime_aware", "rank_match", "hotdeck", "cart", "ols", "quantreg")
_OF_ONE_TARGET = frozenset({"rank_match"})
_HEAD = '''\
"""What methods of imputation take: written by `python -m benchmarks.imputation costs`; do not edit."""

from typing import NamedTuple


class Taking(NamedTuple):
    """Seconds of processor time and bytes, each a row, and a row and target.

    Attributes:
        trees: how many trees the fits had that were measured; 1 of a method without. Fits grow with them.
        threads: over how many of two cores a fit spreads.
        fit: seconds a donor, and a donor and target.
        draw: seconds a recipient, and a recipient and target.
        giving: bytes a donor, and a donor and target.
        taking: bytes a recipient, and a recipient and target.
    """

    trees: int
    threads: int
    fit: tuple[float, float]
    draw: tuple[float, float]
    giving: tuple[float, float]
    taking: tuple[float, float]


'''


def write_costs(file: Path) -> None:
    """Measure every method at every size, each in a process of its own, and write both files."""
    methods = {kind: [_row(take(file, Case(kind, kind, {}), at)) for at in _sizes(kind)] for kind in KINDS}
    figures = {"revisions": current_revisions(), "methods": methods}
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    TABLE.write_text(table(methods), encoding="utf-8")


def current_revisions() -> dict[str, int]:
    """Return of each method how often what it draws has changed: other draws may take otherwise."""
    method: TypeAdapter[Method] = TypeAdapter(Method)
    found = (revisions(method.validate_python({"kind": kind})) for kind in KINDS)
    return {kind: number for each in found for kind, number in each.get("revisions", {}).items()}


def _sizes(kind: str) -> list[Size]:
    if kind not in _OF_ONE_TARGET:
        return list(SIZES)
    return [Size(size.donors, size.recipients, 1) for size in SIZES[:-1]]


def _row(taken: Taken) -> Json:
    size = taken.size
    row = {
        "donors": size.donors, "recipients": size.recipients, "targets": size.targets,
        "fit_cpu": round(taken.fit_cpu, 3), "draw_cpu": round(taken.draw_cpu, 3),
        "bytes": max(0, round((taken.peak_gb - taken.loaded_gb) * 1e9, -4)),
    }  # fmt: skip
    print(taken.case.label, row, flush=True)
    return row


def table(methods: dict[str, list[Json]]) -> str:
    """Return the module that prices are read from."""
    rows = [f'    "{kind}": {_taking(kind, rows)},\n' for kind, rows in methods.items()]
    return f"{_HEAD}MEASURED = {{\n{''.join(rows)}}}\n"


def _taking(kind: str, rows: Sequence[Json]) -> str:
    trees = getattr(imputer(kind), "trees", 1)
    parts = {
        "fit": _parts(rows, ["donors"], "fit_cpu"),
        "draw": _parts(rows, ["recipients"], "draw_cpu"),
    }
    held = _parts(rows, ["donors", "recipients"], "bytes")
    parts |= {"giving": held[:2], "taking": held[2:]}
    spelled = ", ".join(f"{name}=({', '.join(f'{x:.2g}' for x in pair)})" for name, pair in parts.items())
    threads = 2 if hasattr(imputer(kind), "n_jobs") else 1
    return f"Taking(trees={trees}, threads={threads}, {spelled})"


def _parts(rows: Sequence[Json], sides: Sequence[str], measure: str) -> list[float]:
    """Return what a row of each side takes, and a row and target: least squares, none negative."""
    found = np.array([max(row[measure], 1e-3) for row in rows])
    columns = [
        [row[side] * (row["targets"] if by_target else 1) for row in rows]
        for side in sides
        for by_target in (False, True)
    ]
    matrix = np.array(columns, dtype=np.float64).T / found[:, None]
    scale = matrix.max(axis=0)
    solution, _ = nnls(matrix / scale, np.ones(len(rows)))
    return [float(x) for x in solution / scale]
