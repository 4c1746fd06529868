"""Measure what it takes to assemble a clone of 1.5 million households, beside tables of pandas.

    python -m benchmarks.clone [HOUSEHOLDS PERSONS]     (a few minutes; writes RESULTS.md beside this)

Neither fits an imputation nor draws from one. Each way runs in a process of its own and reads the same files.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.clone.frame import ADDRESS, BLOCK, OF_HOUSEHOLDS, OF_PERSONS, ON_BOTH, ON_COPIES, write_frame
from benchmarks.clone.ways import WAYS

HERE = Path(__file__).resolve().parent
SECONDS, MEMORY = 60, 4e9
TEXT = """# A clone, assembled

Written by `python -m benchmarks.clone`; {machine}, load {load:.1f} at the start.

{households:,} households and {persons:,} persons with {variables} variables, copied whole:
{of_persons} of persons and {of_households} of households. The donor's values of {copies} variables go to
the copies, those of {both} to both halves, in blocks of {block}. Nothing is fitted
or drawn: random numbers stand in, and the clock of the seconds
stands while they are made. Memory is the peak of the process, with Python and its libraries.

| way | seconds | CPU seconds | memory |
| --- | ---: | ---: | ---: |
{rows}

Held to: under {seconds} seconds and {memory:g} GB. Memory {memory_held}; the wall clock {clock_held} at this
load, the processor {cpu_held}.

`specc` writes ids, flags and weights, and each imputed column; every other column of a copy is its
original's, read through the map of rows, and never written again. `pandas` is the way of the enhanced
CPS: each table set under itself, ids moved by the highest, weights of the copy zero; it writes all columns
of all tables.
"""


def _measured(way: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.clone.ways", way, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parents[1])
    told: dict[str, Any] = json.loads(done.stdout)
    if not told["complete"]:
        raise RuntimeError(f"{way} did not write every entity")
    return told


def main(households: int = 1_500_000, persons: int = 3_400_000) -> None:
    """Go both ways and write the page."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / ADDRESS
        source.mkdir()
        write_frame(source, households, persons)
        found = {way: _measured(way, Path(place)) for way in WAYS}
    rows = [
        f"| {way} | {t['seconds']:.1f} | {t['cpu']:.1f} | {t['memory'] / 1e9:.2f} GB |"
        for way, t in found.items()
    ]
    told = found["specc"]
    held = {
        "memory": told["memory"] < MEMORY,
        "clock": told["seconds"] < SECONDS,
        "cpu": told["cpu"] < SECONDS,
    }
    text = TEXT.format(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        load=load, households=households, persons=persons, variables=OF_PERSONS + OF_HOUSEHOLDS,
        of_persons=OF_PERSONS, of_households=OF_HOUSEHOLDS,
        copies=len(ON_COPIES), both=len(ON_BOTH), block=BLOCK,
        rows="\n".join(rows), seconds=SECONDS, memory=MEMORY / 1e9,
        **{f"{what}_held": "keeps to it" if is_held else "does not" for what, is_held in held.items()},
    )  # fmt: skip
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
