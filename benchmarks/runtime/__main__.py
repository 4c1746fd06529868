"""Measure what a run takes beside its operations, and what it takes to run an unchanged bundle again.

    python -m benchmarks.runtime specs/us_open 10% 100%     (ten minutes; writes RESULTS.md beside this)

For each sample a bundle is run from an empty store, with fetched files out of $SPECC_CACHE where that is
given, and then three times more. The runtime's part of the first run is the time of the whole command in
which no operation was under way, as the manifests tell.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
AGAIN = 3


def _timed(command: list[str]) -> tuple[float, float]:
    """Return the wall and processor seconds of a command; those of the steps' processes are not its own."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_utime + usage.ru_stime


def _spans(store: Path) -> tuple[list[tuple[float, float]], float]:
    """Return when each operation began and ended, and the processor seconds of all of them."""
    spans, processor = [], 0.0
    for path in (store / "actions").glob("*.json"):
        manifest: Any = json.loads(path.read_bytes())
        if "runDetails" in manifest["predicate"]:
            times = manifest["predicate"]["runDetails"]["metadata"]
            begun, ended = (datetime.fromisoformat(times[name]) for name in ("startedOn", "finishedOn"))
            spans.append((begun.timestamp(), ended.timestamp()))
            processor += times["x-specc"]["cpuSeconds"]
    return sorted(spans), processor


def _covered(spans: list[tuple[float, float]]) -> float:
    """Return the seconds in which at least one operation was under way."""
    covered, until = 0.0, 0.0
    for begun, ended in spans:
        covered += max(0.0, ended - max(begun, until))
        until = max(until, ended)
    return covered


def _table(bundle: str, sample: str, store: Path, command: list[str]) -> str:
    begun = time.time()
    whole, own = _timed(command)
    spans, busy = _spans(store)
    operations = _covered(spans)
    before, after = spans[0][0] - begun, begun + whole - max(ended for _, ended in spans)
    again = [_timed(command) for _ in range(AGAIN)]
    python, _ = min(_timed([sys.executable, "-c", "pass"]) for _ in range(AGAIN))
    seconds, processor = min(each[0] for each in again), min(each[1] for each in again)
    rest = f"{whole - operations:.1f} s, {(whole - operations) / whole:.1%}"
    rows = [
        f"| {bundle}, {sample} of households: the whole command, empty store | {whole:.1f} s |",
        f"| of it some operation was under way (of {len(spans)}) | {operations:.1f} s |",
        f"| the runtime: all else, compiling and loading libraries included | {rest} |",
        f"| of it before the first operation: compiling, libraries that are loaded once | {before:.1f} s |",
        f"| of it after the last operation: results, numbers, publishing | {after:.1f} s |",
        f"| processor time of the operations | {busy:.1f} s |",
        f"| processor time of the run's own process | {own:.1f} s, {own / (own + busy):.1%} |",
        f"| the same again, nothing changed | {seconds:.2f} s ({processor:.2f} s of CPU) |",
        f"| an interpreter that does nothing | {python:.2f} s |",
    ]
    return "\n".join(["| | |", "| --- | ---: |", *rows])


def _measured(bundle: str, sample: str) -> str:
    with tempfile.TemporaryDirectory(prefix="specc-benchmark-") as folder:
        place = Path(folder)
        if cache := os.environ.get("SPECC_CACHE"):
            shutil.copytree(cache, place / "cache")
        run = [sys.executable, "-m", "specc", "run", bundle, "--sample", sample, "--quiet"]
        command = [*run, "--store", str(place / "store"), "--out", str(place / "out")]
        table = _table(bundle, sample, place / "store", command)
    print(table)
    return table


def main() -> None:
    """Measure a bundle on each of the samples and write the tables."""
    bundle, *samples = sys.argv[1:]
    tables = [_measured(bundle, sample) for sample in samples or ["100%"]]
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    machine = f"{os.cpu_count()} processors, Python {platform.python_version()}, load at the end {loads}"
    text = "\n\n".join(["# What the runtime costs", machine, *tables])
    (HERE / "RESULTS.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
