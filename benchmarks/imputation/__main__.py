"""The command behind `run.py`: score every method in a process of its own, and write the table."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from .jobs import Job, work
from .methods import Case
from .report import Section, page

FOREST = Case("joint donor forest (default)", "forest", {})
AGAIN = Case("joint donor forest, another seed", "forest", {}, seed=1)
CHAIN = Case("chained quantile forest, all predictors a split", "qrf", {})
QUICK = Case("chained quantile forest, 6 predictors a split", "qrf", {"predictors_per_split": 6})


def cps_path(given: Path | None) -> Path:
    """Return the CPS file to use: the one place that knows where it comes from.

    Raises:
        SystemExit: no path was given.
    """
    if given is None:
        raise SystemExit("--cps PATH is needed: cps.csv.gz of the wheel taxcalc==6.8.5")
    return given


def section(title: str, jobs: list[Job]) -> Section:
    """Run jobs one after the other, each in a new process."""
    lines = []
    for job in jobs:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            lines.append(pool.submit(work, job).result())
        print(f"{title}: {job.case.label}: {lines[-1].seconds:.1f} s, {lines[-1].figures}", flush=True)
    return Section(title, tuple(lines))


def main() -> None:
    """Parse the command line, run, write."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("--cps", type=Path, help="cps.csv.gz of taxcalc 6.8.5")
    parser.add_argument("--donors", type=int, default=10_000)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    given = parser.parse_args()
    cps = cps_path(given.cps)

    def jobs(setting: str, *cases: Case, full: bool = False) -> list[Job]:
        donors, recipients = (None, None) if full else (given.donors, given.recipients)
        return [Job(case, setting, cps, donors, recipients, given.draws) for case in cases]

    sections = (
        section("Across years: donors 2012, recipients 2014", jobs("across", FOREST, AGAIN, CHAIN, QUICK)),
        section("Within 2012: two halves of the households", jobs("within", FOREST, AGAIN, CHAIN, QUICK)),
        section("Across years, every tax unit, the joint forest alone", jobs("across", FOREST, full=True)),
    )
    given.output.write_text(page(sections, given.draws, os.cpu_count() or 1), encoding="utf-8")


if __name__ == "__main__":
    main()
