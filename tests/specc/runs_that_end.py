"""Runs of the tiny bundle in processes of their own, to be killed, interrupted or set against each other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import specc
from runtime.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUSE = Path(specc.__file__).resolve().parents[1]
PUBLISHED = ("facts.parquet", "report.json", "plan.json", "numbers.parquet", "tables/person.parquet",
             "tables/household.parquet")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A folder with the bundle `tiny` in it, and in `home` a store and results; `options` are of its runs."""

    folder: Path
    home: Path
    options: tuple[str, ...] = ()

    @property
    def store(self) -> Path:
        """The folder of the store."""
        return self.home / "store"

    def start(self, out: str = "out") -> subprocess.Popen[bytes]:
        """Start a run in a group of its own, as a terminal does; its log is `OUT.log`."""
        command = [sys.executable, "-m", "specc", "run", "tiny", "--out", str(self.home / out), *self.options]
        paths = os.pathsep.join(filter(None, [str(_HOUSE), os.environ.get("PYTHONPATH")]))
        with (self.folder / f"{out}.log").open("wb") as log:
            return subprocess.Popen(
                [*command, "--store", str(self.store)], cwd=self.folder, stdout=log, stderr=log,
                env=os.environ | {"PYTHONPATH": paths}, start_new_session=True,
            )  # fmt: skip

    def run(self, out: str = "out") -> int:
        """Carry out a run to its end and return how it ended."""
        with self.start(out) as running:
            return running.wait(300)

    def log(self, out: str = "out") -> str:
        """Return what a run said."""
        return (self.folder / f"{out}.log").read_text()

    def results(self, out: str = "out") -> dict[str, bytes]:
        """Return what a run published, but for manifests."""
        return {name: (self.home / out / name).read_bytes() for name in PUBLISHED}

    def lingering(self) -> list[int]:
        """Return the processes that still work here, once they have had the time to notice."""
        deadline = time.monotonic() + 20
        while (found := list(_working_in(self.folder))) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def scratch(self) -> list[str]:
        """Return the work in progress that lies about in the store."""
        return [path.name for path in (self.store / "scratch").glob("*") if path.name != ".sweep"]

    def swept(self) -> bool:
        """Open the store, as the next run does, and tell whether no work in progress is left.

        A process may be gone from sight while the last of its threads still holds its files.
        """
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            Store(self.store)
            if not self.scratch():
                return True
            time.sleep(0.05)
        return False

    def sound(self) -> bool:
        """Tell whether all that the store has is whole."""
        return Store(self.store).verify() == ()


def _working_in(folder: Path) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if (entry / "cwd").readlink() == folder and "State:\tZ" not in (entry / "status").read_text():
                yield int(entry.name)
        except OSError:  # it is gone, or somebody else's
            continue
