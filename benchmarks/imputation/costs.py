"""What each method takes, by size: measured into `costs.json`, and from there into what plans are priced by.

`python -m benchmarks.imputation costs` does both; a test holds `compiler/plan/measured.py` to `costs.json`,
and that to the methods that there are and the revisions they are at.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
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
BASE = Size(4_000, 20_000, 3)
# Each grows by itself, so that what is measured tells their parts apart.
SIZES = (BASE, Size(16_000, 20_000, 3), Size(4_000, 80_000, 3), Size(4_000, 20_000, 12))
KINDS = ("forest", "qrf", "zi_qrf", "regime_aware", "rank_match", "hotdeck", "cart", "ols", "quantreg")
# Seconds, and bytes: less than this is as good as nothing.
_LEAST = 1e-3
_SLOW = frozenset({"qrf", "zi_qrf", "regime_aware", "rank_match"})
_GROWS = 0.5
_OF_ONE_TARGET = frozenset({"rank_match"})
_HEAD = '''\
"""What methods of imputation take: written by `python -m benchmarks.imputation costs`; do not edit."""

from compiler.plan.taking import Taking

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
    """Return the sizes of a method: more donors of a quick one, whose growth small sizes do not show."""
    times = 1 if kind in _SLOW else 8
    sizes = [Size(at.donors * times, at.recipients, at.targets) for at in SIZES]
    return [replace(at, targets=1) for at in sizes[:-1]] if kind in _OF_ONE_TARGET else sizes


def _row(taken: Taken) -> Json:
    size = taken.size
    row = {
        "donors": size.donors, "recipients": size.recipients, "targets": size.targets,
        "fit_cpu": round(taken.fit_cpu, 3), "draw_cpu": round(taken.draw_cpu, 3),
        "fit_bytes": int(taken.fit_gb * 1e9), "draw_bytes": int(taken.draw_gb * 1e9),
    }  # fmt: skip
    print(taken.case.label, row, flush=True)
    return row


def table(methods: dict[str, list[Json]]) -> str:
    """Return the module that prices are read from."""
    return f"{_HEAD}MEASURED = {{\n{''.join(_taking(kind, rows) for kind, rows in methods.items())}}}\n"


def _taking(kind: str, rows: Sequence[Json]) -> str:
    """Return an entry of the table, as ruff would format it."""
    method, growth = imputer(kind), _growth(rows)
    parts = {
        "trees": getattr(method, "trees", 1),
        "threads": 2 if hasattr(method, "n_jobs") else 1,
        "growth": f"{growth:.2f}",
        "fit": _spelled(_parts(rows, "donors", "fit_cpu", round(growth, 2))),
        "draw": _spelled(_parts(rows, "recipients", "draw_cpu")),
        "giving": _spelled(_held(rows, "donors", "fit_bytes")),
        "taking": _spelled(_held(rows, "recipients", "draw_bytes")),
    }
    lines = "".join(f"        {name}={part},\n" for name, part in parts.items())
    return f'    "{kind}": Taking(\n{lines}    ),\n'


def _spelled(pair: Sequence[float]) -> str:
    """Return numbers as they are written; what is left of none by rounding is none."""
    return f"({', '.join(_digits(part) for part in pair)})"


def _digits(part: float) -> str:
    if part >= 100:
        return f"{part:.0f}"
    return "0" if part < 1e-12 else f"{part:.3g}"


def _growth(rows: Sequence[Json]) -> float:
    """Return the power of donors that a fit takes, from what differs in donors alone.

    What is done once hides growth at small sizes: what grows at all is taken to grow in proportion at least.
    A fit to a sample of the donors does not.
    """
    few, many = rows[:2]
    seconds = max(many["fit_cpu"], _LEAST) / max(few["fit_cpu"], _LEAST)
    power = math.log(seconds) / math.log(many["donors"] / few["donors"])
    return max(1.0, power) if power > _GROWS else max(0.0, power)


def _parts(rows: Sequence[Json], side: str, measure: str, power: float = 1.0) -> list[float]:
    """Return what a row of a side takes, and a row and target: least squares, relative, none negative."""
    found = np.array([max(row[measure], _LEAST) for row in rows])
    columns = [[row[side] ** power * (row["targets"] if each else 1) for row in rows] for each in (0, 1)]
    matrix = np.array(columns, dtype=np.float64).T / found[:, None]
    scale = matrix.max(axis=0)
    solution, _ = nnls(matrix / scale, np.ones(len(rows)))
    return [float(x) for x in solution / scale]


def _held(rows: Sequence[Json], side: str, measure: str) -> list[float]:
    """Return the bytes of a row of a side, and of a row and target, beside what is held however few."""
    matrix = np.array([[1.0, row[side] / 1e4, row[side] / 1e4 * row["targets"]] for row in rows])
    solution, _ = nnls(matrix, np.array([max(0.0, row[measure]) for row in rows]))
    return [float(x) / 1e4 for x in solution[1:]]
