"""`python -m benchmarks.imputation`: score every method in a process of its own, and write the table.

`python -m benchmarks.imputation sizes` measures time and memory by size instead.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.sources import shipped_file

from . import data
from .jobs import Job, work
from .methods import Case
from .report import Section, page
from .sizes_page import SIZES, write_sizes

FOREST = Case("joint donor forest (default)", "forest", {})
AGAIN = Case("joint donor forest, another seed", "forest", {}, seed=1)
CHAIN = Case("chained quantile forest, all predictors a split", "qrf", {})
QUICK = Case("chained quantile forest, 6 predictors a split", "qrf", {"predictors_per_split": 6})


def section(title: str, pair: tuple[data.Units, data.Units], cases: tuple[Case, ...], draws: int) -> Section:
    """Run cases one after the other, each in a new process."""
    lines = []
    for case in cases:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            lines.append(pool.submit(work, Job(case, *pair, draws)).result())
        print(f"{title}: {case.label}: {lines[-1].seconds:.1f} s, {lines[-1].figures}", flush=True)
    return Section(title, tuple(lines))


def main() -> None:
    """Parse the command line, run, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imputation", description=__doc__)
    parser.add_argument("part", nargs="?", choices=("scores", "sizes"), default="scores")
    parser.add_argument("--size", action="append", choices=tuple(SIZES), help="which sizes; without, all")
    parser.add_argument("--donors", type=int, default=10_000)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--output", type=Path, help="where the page is written")
    given = parser.parse_args()
    cps = shipped_file("cps_2012")
    if given.part == "sizes":
        write_sizes(cps, given.output or Path(__file__).with_name("SIZES.md"), given.size or list(SIZES))
        return
    across = data.across_years(cps, given.donors, given.recipients)
    within = data.within_year(cps, given.donors, given.recipients)
    everyone = data.across_years(cps, None, None)
    cases = (FOREST, AGAIN, CHAIN, QUICK)
    sections = (
        section("Across years: donors 2012, recipients 2014", across, cases, given.draws),
        section("Within 2012: two halves of the households", within, cases, given.draws),
        section("Across years, every tax unit, the joint forest alone", everyone, (FOREST,), given.draws),
    )
    output = given.output or Path(__file__).with_name("RESULTS.md")
    output.write_text(page(sections, given.draws, os.cpu_count() or 1), encoding="utf-8")


if __name__ == "__main__":
    main()
