"""`SIZES.md`: what the joint forest takes at given sizes, and its peer at one, written from the figures."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numba
import numpy as np

from .methods import Case
from .sizes import Size, Taken, take

if TYPE_CHECKING:
    from pathlib import Path

FOREST = Case("joint donor forest (default)", "forest", {})
CHAIN = Case("chained quantile forest", "qrf", {})
SIZES = {
    "small": Size(23_000, 75_000, 27),
    "medium": Size(211_000, 865_000, 65),
    "large": Size(211_000, 3_400_000, 155),
}
# The peer at the smallest alone: at the next it would take hours.
_PEERS = {"small": CHAIN}
_HEAD = """# What a block takes, by size

Written by `python -m benchmarks.imputation sizes`; do not edit. {cores} cores, numpy {numpy}, numba {numba}.

One block: fit, one draw, and every target written to a Parquet file, target by target as a step does. Donors
and recipients are tax units of `cps.csv.gz`; rows and targets beyond those of the file are real ones moved by
noise (`enlarged.py` says how). 12 predictors, 100 trees, five records a leaf. Seconds by the clock, on a
machine shared with other work (load average at the start: {load:.0f}); CPU: processor time, which other work
disturbs less: on two idle cores a fit takes about half of it. Memory: the most that the process held,
libraries and data included. How they grow stands in [GROWTH.md](GROWTH.md).

| method | donors | recipients | targets | fit s | draw and write s | CPU s | memory GB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def write_sizes(file: Path, output: Path, names: list[str]) -> None:
    """Measure some of `SIZES`, each in a process of its own, and write the page."""
    load = os.getloadavg()[0]
    text = _HEAD.format(cores=os.cpu_count(), numpy=np.__version__, numba=numba.__version__, load=load)
    for name in names:
        for case in [FOREST, *([_PEERS[name]] if name in _PEERS else [])]:
            text += _row(take(file, case, SIZES[name]))
            print(text.splitlines()[-1], flush=True)
    output.write_text(text, encoding="utf-8")


def _row(taken: Taken) -> str:
    size = taken.size
    cells = [taken.case.label, f"{size.donors:,}", f"{size.recipients:,}", f"{size.targets}"]
    cells += [f"{taken.fit_seconds:.1f}", f"{taken.draw_seconds:.1f}", f"{taken.cpu_seconds:.1f}"]
    return f"| {' | '.join([*cells, f'{taken.peak_gb:.2f}'])} |\n"
