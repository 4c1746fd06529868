"""`python -m benchmarks.imputation`: score every method in a process of its own, and write the table.

`python -m benchmarks.imputation sizes` measures time and memory by size instead, `growth` how they grow with
donors, recipients and targets, and `costs` what each method takes, from which plans are priced.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.sources import shipped_file

from . import data
from .costs import write_costs
from .growth import write_growth
from .jobs import Job, line, work
from .methods import Case
from .report import Line, Section, page
from .rivals import RIVALS, AbsentError, run_rival
from .sizes_page import SIZES, write_sizes

FOREST = Case("joint donor forest (default)", "forest", {})
AGAIN = Case("joint donor forest, another seed", "forest", {}, seed=1)
CHAIN = Case("chained quantile forest, all predictors a split", "qrf", {})
QUICK = Case("chained quantile forest, 6 predictors a split", "qrf", {"predictors_per_split": 6})
Pair = tuple[data.Units, data.Units]


def section(title: str, pair: Pair, cases: tuple[Case, ...], draws: int) -> Section:
    """Run cases one after the other, each in a new process."""
    lines = []
    for case in cases:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            lines.append(_heard(title, pool.submit(work, Job(case, *pair, draws)).result()))
    return Section(title, tuple(lines))


def with_rivals(section: Section, pair: Pair, draws: int) -> tuple[Section, list[str]]:
    """Return a section with rows of the rivals, or why they are not there; and what they ran with."""
    lines, absent, ran = list(section.lines), [], []
    for rival in RIVALS:
        try:
            outcome, said = run_rival(rival, *pair, draws)
        except AbsentError as why:
            absent.append(f"{rival.case.label}, because {why}")
            continue
        lines.append(_heard(section.title, line(Job(rival.case, *pair, draws), outcome)))
        packages = ", ".join(f"{name} {version}" for name, version in said["packages"].items())
        ran.append(f"Python {said['python']}: {packages}.")
    return Section(section.title, tuple(lines), tuple(absent)), ran


def _heard(title: str, line: Line) -> Line:
    print(f"{title}: {line.case.label}: {line.seconds:.1f} s, {line.scores.summaries}", flush=True)
    return line


def main() -> None:
    """Parse the command line, run, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imputation", description=__doc__)
    parser.add_argument("part", nargs="?", choices=("scores", "sizes", "growth", "costs"), default="scores")
    parser.add_argument("--size", action="append", choices=tuple(SIZES), help="which sizes; without, all")
    parser.add_argument("--donors", type=int, default=10_000)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--output", type=Path, help="where the page is written")
    given = parser.parse_args()
    cps = shipped_file("cps_2012")
    if given.part == "scores":
        _write_scores(cps, given)
    elif given.part == "sizes":
        write_sizes(cps, given.output or Path(__file__).with_name("SIZES.md"), given.size or list(SIZES))
    elif given.part == "growth":
        write_growth(cps, given.output or Path(__file__).with_name("GROWTH.md"))
    else:
        write_costs(cps)


def _write_scores(cps: Path, given: argparse.Namespace) -> None:
    across = data.across_years(cps, given.donors, given.recipients)
    within = data.within_year(cps, given.donors, given.recipients)
    everyone = data.across_years(cps, None, None)
    cases = (FOREST, AGAIN, CHAIN, QUICK)
    first = section("Across years: donors 2012, recipients 2014", across, cases, given.draws)
    second = section("Within 2012: two halves of the households", within, cases, given.draws)
    first, ran = with_rivals(first, across, given.draws)
    second, _ = with_rivals(second, within, given.draws)
    third = section("Across years, every tax unit, the joint forest alone", everyone, (FOREST,), given.draws)
    output = given.output or Path(__file__).with_name("RESULTS.md")
    text = page((first, second, third), given.draws, os.cpu_count() or 1, " ".join(ran))
    output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
