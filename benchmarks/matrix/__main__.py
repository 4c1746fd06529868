"""Measure how the matrix of a calibration grows with records and with facts.

    python -m benchmarks.matrix          (half a minute; writes RESULTS.md beside this)

One family of facts: states x bands of an amount, with totals over the bands; every record counts for one
band and one total of its state, so that the entries that belong together stay as many.
"""

from __future__ import annotations

import platform
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from runtime.operations.fact_join import BAND, contributions, matched

HERE = Path(__file__).resolve().parent
PLACE, MEASURE, STATES = "__place", "__measure_pay", 51
SIZES = [(300_000, 20), (300_000, 200), (300_000, 2_000), (30_000, 200), (3_000_000, 200)]
TEXT = """# The matrix of a calibration, measured

Written by `python -m benchmarks.matrix`; {machine}.
Processor seconds of one family, on one thread: facts of {states} states by bands of an amount, with a total
over the bands of each state.

{table}

Records are looked up by their state and by the bin of their amount, so ten times as many facts are hardly
more work: what grows is the table of facts itself. Ten times as many records are ten times the work.
"""


def _records(number: int) -> pl.DataFrame:
    random = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "household": np.sort(random.integers(0, number // 2, number)),
            BAND: random.lognormal(10, 1.5, number),
            MEASURE: random.lognormal(9, 2, number),
            matched(PLACE): random.integers(1, STATES + 1, number).astype(str),
        }
    )


def _facts(bands: int) -> pl.DataFrame:
    ends = [float("-inf"), *np.quantile(np.random.default_rng(2).lognormal(10, 1.5, 100_000),
                                        np.linspace(0, 1, bands + 1)[1:-1]), float("inf")]  # fmt: skip
    intervals = [*pairwise(ends), (ends[0], ends[-1])]
    rows = [(low, high, str(state)) for state in range(1, STATES + 1) for low, high in intervals]
    facts = pl.DataFrame(rows, schema=["lower", "upper", "place"], orient="row")
    return facts.with_columns(
        pl.int_range(pl.len()).alias("fact"), pl.lit(value=False).alias("carriers_only")
    )


def _row(records: int, bands: int) -> str:
    table, facts = _records(records), _facts(bands)
    started = time.process_time()
    entries = contributions(table, facts, MEASURE, [], PLACE)
    seconds = time.process_time() - started
    compared = records * facts.height
    return f"| {records:,} | {facts.height:,} | {compared:.1e} | {entries.height:,} | {seconds:.2f} |"


def main() -> None:
    """Measure every size and write the page."""
    head = ["| records | facts | pairs there are | entries | CPU s |", "| ---: | ---: | ---: | ---: | ---: |"]
    _row(3_000, 20)  # what is loaded and compiled once
    table = "\n".join([*head, *(_row(*size) for size in SIZES)])
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    (HERE / "RESULTS.md").write_text(
        TEXT.format(machine=machine, states=STATES, table=table), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
