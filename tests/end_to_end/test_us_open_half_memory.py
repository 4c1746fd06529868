"""The shipped bundle under half the memory that it takes when nothing limits it: it ends, or never begins."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from runtime.running.tree import descendants, resident

ROOT = Path(__file__).resolve().parents[2]
BUNDLE, SAMPLE = ROOT / "specs" / "us_open", "2%"
MIB = 2**20
# What the plan's model asks for and the machine gives: such a run is limited by nothing.
PLENTY = 8 * 2**30
NEEDS = re.compile(r"needs about ([0-9.]+) (MiB|GiB)")
pytestmark = [
    pytest.mark.soak, pytest.mark.slow, pytest.mark.engine, pytest.mark.network, pytest.mark.timeout(1800),
]  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """How a run ended, and the most that its steps held together."""

    code: int
    said: str
    peak: int
    home: Path

    @property
    def built(self) -> list[Path]:
        """The records of what is in its store."""
        return list((self.home / "store/actions").glob("*.json"))

    @property
    def results(self) -> dict[str, bytes]:
        """What it published, without what the manifests say of time."""
        out = self.home / "out"
        files = (path for path in sorted(out.rglob("*")) if path.is_file())
        named = {path.relative_to(out).as_posix(): path for path in files}
        return {n: path.read_bytes() for n, path in named.items() if not n.endswith("manifest.json")}


def _steps(run: int) -> list[int]:
    """Return the processes of steps: below the one of the run that makes them, which no budget counts."""
    try:
        makers = [child.pid for child in psutil.Process(run).children()]
    except psutil.NoSuchProcess:
        return []
    return [pid for maker in makers for pid in descendants(maker)]


def _run(home: Path, memory: int) -> Ended:
    """Run the sample from an empty store, looking all the time at what its steps hold."""
    command = [sys.executable, "-m", "specc", "run", str(BUNDLE), "--sample", SAMPLE]
    where = ["--store", str(home / "store"), "--out", str(home / "out"), "--memory", f"{memory // MIB} MiB"]
    log, peak = home / "log", 0
    with log.open("w") as into:
        around = os.environ | {"PYTHONPATH": str(ROOT)}
        running = subprocess.Popen([*command, *where], cwd=ROOT, env=around, stdout=into, stderr=into)
        while running.poll() is None:
            peak = max(peak, sum(map(resident, _steps(running.pid))))
            time.sleep(0.1)
    return Ended(running.returncode, log.read_text(), peak, home)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Give a run that nothing limits."""
    ended = _run(tmp_path_factory.mktemp("wide"), PLENTY)
    assert ended.code == 0, ended.said
    assert ended.peak < PLENTY, "it was limited"
    return ended


def _narrow(folder: Path, wide: Ended, memory: int) -> Ended:
    """Run again from an empty store, with the downloads of the first."""
    shutil.copytree(wide.home / "cache", folder / "cache")
    return _run(folder, memory)


def _ended_or_never_began(narrow: Ended, wide: Ended, memory: int) -> bool:
    """Tell whether it ended; if not, it must have been refused with nothing done."""
    if narrow.code == 0:
        assert narrow.results == wide.results
        assert narrow.peak <= 1.05 * memory, narrow.said
        return True
    assert (narrow.code, narrow.built) == (3, []), narrow.said
    assert re.search(r"needs about .* of memory.*, the budget is ", narrow.said), narrow.said
    assert not (narrow.home / "out").exists()
    return False


def test_half_the_memory_ends_or_is_refused_before_the_start(tmp_path: Path, wide: Ended) -> None:
    """With the same bytes, or with nothing built; it never dies half-way."""
    half = wide.peak // 2
    _ended_or_never_began(_narrow(tmp_path, wide, half), wide, half)


def test_the_least_that_is_not_refused_is_enough(tmp_path: Path, wide: Ended) -> None:
    """What a refusal says is needed is tried: the run that it promises ends, with the same bytes."""
    (tmp_path / "refused").mkdir()
    refused = _narrow(tmp_path / "refused", wide, 64 * MIB)
    assert refused.code == 3, refused.said
    ((number, unit),) = NEEDS.findall(refused.said)
    least = int(float(number) * {"GiB": 2**30, "MiB": MIB}[unit] * 1.05)  # it was rounded
    (tmp_path / "least").mkdir()
    assert _ended_or_never_began(_narrow(tmp_path / "least", wide, least), wide, least)
