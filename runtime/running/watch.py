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
    limit: int | None = None
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
    certain, and may be carried out alone. One with a limit of its own is to blame as soon as it is above it.
    A thread looks on while there is something to watch.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._watched: dict[int, _Watched] = {}
        self._lock = threading.Lock()
        self._looks = False

    def add(self, pid: int, need: int, limit: int | None = None) -> None:
        """Watch a process; `limit` is what it may hold, whatever the others do."""
        with self._lock:
            self._watched[pid] = _Watched(pid, need, limit)
            if not self._looks:
                self._looks = True
                threading.Thread(target=self._run, name="specc-watch", daemon=True).start()

    def remove(self, pid: int) -> tuple[TooLarge | None, int]:
        """Stop watching a process; return the verdict where it was ended, and the most that it held."""
        with self._lock:
            watched = self._watched.pop(pid)
        return watched.verdict, watched.most

    def held(self) -> dict[int, int]:
        """Return what each process holds."""
        with self._lock:
            return {pid: watched.held for pid, watched in self._watched.items()}

    def _run(self) -> None:
        while True:
            time.sleep(_SECONDS)
            with self._lock:
                if not self._watched:
                    self._looks = False
                    return
                self._look(time.monotonic())

    def _look(self, now: float) -> None:
        alive = [watched for watched in self._watched.values() if watched.verdict is None]
        together = sum(watched.look(now) for watched in alive)
        for watched in alive:
            if watched.limit is not None and watched.held > watched.limit:
                _end(watched, TooLarge(watched.held, True, watched.limit))
                return
        if together <= self.memory:
            return
        worst = max(alive, key=lambda watched: watched.held - watched.need)
        alone = len(alive) == 1 or worst.held > self.memory
        _end(worst, TooLarge(worst.held, alone, self.memory))


def _end(watched: _Watched, verdict: TooLarge) -> None:
    watched.verdict = verdict
    kill(watched.pid)
