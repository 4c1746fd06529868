"""Measure lint and plan over generated bundles of 100 to 10,000 variables, and over the bundles we ship.

    python -m benchmarks.compiler     (two minutes; writes RESULTS.md beside this)

Every measurement is a process of its own, cold: what a person waits for at the command line. The peer,
measured in the same run, is what reading the same text costs at the least: PyYAML's `CSafeLoader`.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compiler.generated import misspell, write_bundle

HERE = Path(__file__).resolve().parent
SPECS = HERE.parents[1] / "specs"
SIZES = (100, 1_000, 2_000, 5_000, 10_000)
MISTAKEN = 670  # about 1,500 lines
REPEATS = 5
_PEER = "import sys, yaml\nfor name in sys.argv[1:]: yaml.load(open(name), yaml.CSafeLoader)"


@dataclass(frozen=True, slots=True)
class Measured:
    """The least wall time in seconds and the largest peak memory in bytes of a command.

    The least: a command always does the same, and what comes on top is the work of other processes.
    """

    seconds: float
    memory: int


def _measure(command: list[str], expected: int = 0) -> Measured:
    seconds, memory = [], []
    for _ in range(REPEATS):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - started)
        memory.append(usage.ru_maxrss * 1024)
        if os.waitstatus_to_exitcode(status) != expected:
            raise RuntimeError(f"{' '.join(command)} ended with another code than {expected}")
    return Measured(min(seconds), max(memory))


def _lines(folder: Path) -> int:
    return sum(path.read_text(encoding="utf-8").count("\n") for path in folder.glob("*.yaml"))


def _mistakes(scratch: Path, mistakes: int) -> str:
    folder = scratch / f"{mistakes}_mistakes"
    folder.mkdir()
    write_bundle(folder, MISTAKEN)
    misspell(folder, mistakes)
    lint = _measure([sys.executable, "-m", "specc", "lint", str(folder)], expected=1)
    return f"| {mistakes} | {_lines(folder):,} | {lint.seconds:.2f} s | {lint.memory / 1e6:.0f} MB |"


def _row(name: str, folder: Path) -> str:
    files = sorted(str(path) for path in folder.glob("*.yaml"))
    lines = _lines(folder)
    specc = [sys.executable, "-m", "specc"]
    lint, plan = (_measure([*specc, command, str(folder)]) for command in ("lint", "plan"))
    peer = _measure([sys.executable, "-c", _PEER, *files])
    figures = (f"{lines:,}", f"{lint.seconds:.2f} s", f"{plan.seconds:.2f} s", f"{peer.seconds:.2f} s")
    memory = f"{max(lint.memory, plan.memory) / 1e6:.0f} MB"
    return f"| {name} | {' | '.join(figures)} | {lint.seconds / peer.seconds:.1f} | {memory} |"


def main() -> None:
    """Measure every size and write the table."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in SIZES:
            folder = Path(scratch) / str(size)
            folder.mkdir()
            write_bundle(folder, size)
            rows.append(_row(f"{size:,} variables", folder))
            print(rows[-1], flush=True)
        mistakes = [_mistakes(Path(scratch), number) for number in (1, 50)]
    rows += [
        _row(f"`specs/{folder.name}`", folder)
        for folder in sorted({path.parent for path in SPECS.glob("*/*.yaml")})
    ]
    (HERE / "RESULTS.md").write_text(_page(rows, mistakes), encoding="utf-8")


def _page(rows: list[str], mistakes: list[str]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return "\n".join([
        "# Lint and plan over the size of a bundle", "",
        "`python -m benchmarks.compiler`: the least of five cold processes each. The peer loads the same",
        f"YAML (PyYAML, `CSafeLoader`), without places and without checks. {machine}.", "",
        "| bundle | lines of YAML | lint | plan | peer | lint / peer | peak memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |", *rows, "",
        "Names misspelt on as many lines; every one of them is found, at its line and column, in one go:", "",
        "| mistakes | lines of YAML | lint | peak memory |",
        "| ---: | ---: | ---: | ---: |", *mistakes, "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
