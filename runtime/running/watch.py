"""Watches what processes hold, and ends one when they hold more than they may together."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from runtime.running.job import TooLarge
from runtime.running.tree import descendants, kill, resident

_SECONDS = 0.1
# Looking for new children reads about every process of the machine, so it is done less often.
_CHILDREN_SECONDS = 1.0


@dataclass
class _Watched:
    pid: int
    need: int
    held: int = 0
    most: int = 0
    looked: float = 0.0
    children: list[int] = field(default_factory=list)
    verdict: TooLarge | None = None

    def look(self, now: float) -> int:
        if now - self.looked > _CHILDREN_SECONDS:
            self.children, self.looked = descendants(self.pid), now
        self.held = resident(self.pid) + sum(map(resident, self.children))
        self.most = max(self.most, self.held)
        return self.held


class Watch:
    """Adds up what processes and their descendants hold; over `memory` bytes it ends the one to blame.

    That is the one that is furthest above what was set aside for it: beside others it is not at fault for
    certain, and may be carried out alone.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._watched: dict[str, _Watched] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, address: str, pid: int, need: int) -> None:
        """Watch a process."""
        with self._lock:
            self._watched[address] = _Watched(pid, need)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="specc-watch", daemon=True)
            self._thread.start()

    def remove(self, address: str) -> tuple[TooLarge | None, int]:
        """Stop watching a process; return the verdict where it was ended, and the most that it held."""
        with self._lock:
            watched = self._watched.pop(address)
        return watched.verdict, watched.most

    def held(self) -> dict[str, int]:
        """Return what each process holds."""
        with self._lock:
            return {address: watched.held for address, watched in self._watched.items()}

    def end(self) -> None:
        """Stop watching."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_SECONDS):
            with self._lock:
                self._look(time.monotonic())

    def _look(self, now: float) -> None:
        alive = [watched for watched in self._watched.values() if watched.verdict is None]
        if sum(watched.look(now) for watched in alive) <= self.memory:
            return
        worst = max(alive, key=lambda watched: watched.held - watched.need)
        alone = len(alive) == 1 or worst.held > self.memory
        worst.verdict = TooLarge(worst.held, alone)
        kill(worst.pid)
