"""`GROWTH.md`: how time and memory of the joint forest grow with donors, recipients and targets."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .sizes import Size, take
from .sizes_page import FOREST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .sizes import Taken

BASE = Size(23_000, 75_000, 27)
# One grows, the others stay.
GROWING = {
    "donors": (5_750, 11_500, 23_000, 46_000, 92_000),
    "recipients": (75_000, 300_000, 1_200_000, 2_400_000),
    "targets": (7, 14, 27, 54, 108),
}
_MEASURES: dict[str, Callable[[Taken], float]] = {
    "fit": lambda taken: taken.fit_cpu,
    "draw and write": lambda taken: taken.draw_cpu,
}
_HEAD = """# How a block grows

Written by `python -m benchmarks.imputation growth`; do not edit. {cores} cores, numpy {numpy}; load average
at the start: {load:.0f}.

One block of the joint donor forest, as in [SIZES.md](SIZES.md): one size grows, the others stay at {base}.
Seconds are processor time, which a shared machine disturbs least; on two idle cores a fit takes about half.
Memory: the most that the process held, and of it what was there before the fit: libraries, donors, and the
recipients' predictors.

| grows | donors | recipients | targets | fit CPU s | draw and write CPU s | memory GB | of it loaded |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def write_growth(file: Path, output: Path) -> None:
    """Measure each size in a process of its own, and write the table and what follows from it."""
    base = f"{BASE.donors:,} donors, {BASE.recipients:,} recipients, {BASE.targets} targets"
    text = _HEAD.format(cores=os.cpu_count(), numpy=np.__version__, load=os.getloadavg()[0], base=base)
    found: dict[str, list[Taken]] = {}
    for name, sizes in GROWING.items():
        found[name] = []
        for size in sizes:
            found[name].append(take(file, FOREST, replace(BASE, **{name: size})))
            text += _row(name, found[name][-1])
            print(text.splitlines()[-1], flush=True)
    output.write_text(text + _exponents(found) + _memory(found["recipients"]), encoding="utf-8")


def _row(name: str, taken: Taken) -> str:
    size = taken.size
    cells = [name, f"{size.donors:,}", f"{size.recipients:,}", f"{size.targets}", f"{taken.fit_cpu:.2f}"]
    cells += [f"{taken.draw_cpu:.2f}", f"{taken.peak_gb:.3f}", f"{taken.loaded_gb:.3f}"]
    return f"| {' | '.join(cells)} |\n"


def _exponents(found: dict[str, list[Taken]]) -> str:
    text = (
        "\nIf a time is c times a size to the power of e, e is the slope of its logarithm (least squares "
        "over the rows above):\n\n| grows | " + " | ".join(_MEASURES) + " |\n| --- | ---: | ---: |\n"
    )
    for name, taken in found.items():
        sizes = np.log([getattr(each.size, name) for each in taken])
        slopes = [
            np.polyfit(sizes, np.log([measure(each) for each in taken]), 1)[0]
            for measure in _MEASURES.values()
        ]
        text += f"| {name} | " + " | ".join(f"{slope:.2f}" for slope in slopes) + " |\n"
    return text


def _memory(taken: list[Taken]) -> str:
    first, last = taken[0], taken[-1]
    more = last.size.recipients - first.size.recipients
    peak = (last.peak_gb - first.peak_gb) * 1e9 / more
    loaded = (last.loaded_gb - first.loaded_gb) * 1e9 / more
    return (
        f"\nA recipient more takes {peak:.0f} bytes of memory, {loaded:.0f} of them his predictors: the rest "
        "is the number of his donor, a byte or two to choose it, and one target, as it is written. It is not "
        f"the {8 * BASE.targets} bytes of his targets, nor more with more targets: random numbers are held "
        "for a million recipients at a time (`FittedForest.at_a_time`), and targets are written one after "
        "the other.\n"
    )
