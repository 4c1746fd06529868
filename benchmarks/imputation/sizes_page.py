"""`SIZES.md`: what the joint forest takes at given sizes, and its peer at one, written from the figures."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

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

Written by `python -m benchmarks.imputation sizes`; do not edit. With `--size`, the other rows stay.

One block: fit, one draw, and every target written to a Parquet file, target by target as a step does. Donors
and recipients are tax units of `cps.csv.gz`; rows and targets beyond those of the file are real ones moved by
noise (`enlarged.py` says how). 12 predictors, 100 trees, five records a leaf. Seconds by the clock, on a
machine of two cores shared with other work (load: its average before the row was measured); CPU: processor
time, which other work disturbs less: on two idle cores a fit takes about half of it. Memory: the most that
the process held, libraries and data included. How they grow stands in [GROWTH.md](GROWTH.md).

"""
_COLUMNS = (
    "method", "donors", "recipients", "targets", "fit s", "draw and write s", "CPU s", "memory GB", "load",
    "on",
)  # fmt: skip
_KEY = 4


def write_sizes(file: Path, output: Path, names: list[str]) -> None:
    """Measure some of `SIZES`, each in a process of its own; the page has each row as soon as it is there."""
    rows = _known(output)
    for name in names:
        for case in [FOREST, *([_PEERS[name]] if name in _PEERS else [])]:
            cells = _cells(take(file, case, SIZES[name]), os.getloadavg()[0])
            rows[tuple(cells[:_KEY])] = cells
            print(cells, flush=True)
            _write(output, rows)


def _known(page: Path) -> dict[tuple[str, ...], list[str]]:
    """Return the rows that a page has, by what was measured."""
    if not page.exists():
        return {}
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    rows = [line.strip("| ").split(" | ") for line in lines]
    return {tuple(row[:_KEY]): row for row in rows if len(row) == len(_COLUMNS)}


def _write(page: Path, rows: dict[tuple[str, ...], list[str]]) -> None:
    order = sorted(
        rows, key=lambda key: [int(size.replace(",", "")) for size in reversed(key[1:])] + [key[0]]
    )
    rule = ["---", *["---:"] * (len(_COLUMNS) - 1)]
    lines = [_COLUMNS, rule, *(rows[key] for key in order)]
    page.write_text(_HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in lines), encoding="utf-8")


def _cells(taken: Taken, load: float) -> list[str]:
    size = taken.size
    cells = [taken.case.label, f"{size.donors:,}", f"{size.recipients:,}", f"{size.targets}"]
    cells += [f"{taken.fit_seconds:.1f}", f"{taken.draw_seconds:.1f}", f"{taken.cpu_seconds:.1f}"]
    return [*cells, f"{taken.peak_gb:.2f}", f"{load:.0f}", f"{datetime.now(UTC):%d %B %Y}"]
