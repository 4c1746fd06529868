"""What a live run says of itself: one small file in the store, gone when the run is, however it ends.

A file speaks as long as the lock of the file beside it is held; the kernel lets go of that with the process.
"""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from runtime.store import locks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from compiler.plan import Node

_SECONDS = 0.5
OWNER, SAYS = ".owner", ".json"


@dataclass
class _Now:
    """A node that runs: since when (seconds since 1970), what it is at, parts done of all, bytes held.

    `worker` is who carries it out, where that is another machine's word.
    """

    node: str
    since: float
    expected: float
    state: str = "starting"
    done: int = 0
    total: int = 0
    held: int | None = None
    worker: str | None = None


@dataclass
class Live:
    """Tells in `folder` how a run goes; `about` is what does not change while it does."""

    folder: Path
    about: Mapping[str, object]
    held: Callable[[], Mapping[str, int]] = dict
    _running: dict[str, _Now] = field(default_factory=dict)
    _waiting: int = 0
    _done: int = 0
    _written: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        """Begin to tell."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._begun = time.time()
        self._file = self.folder / f"{self.about['invocation']}{SAYS}"
        self._owner = self._file.with_suffix(OWNER)
        self._descriptor = locks.take(self._owner)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="specc-live", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop telling."""
        self._over.set()
        self._thread.join()
        self._file.unlink(missing_ok=True)
        self._owner.unlink(missing_ok=True)
        locks.let_go(self._descriptor)

    def begin(self, node: Node) -> None:
        """Note that a node runs."""
        with self._lock:
            self._running[node.address] = _Now(node.address, time.time(), node.estimate.seconds)

    def said(self, address: str, state: str) -> None:
        """Note what a node is at."""
        with self._lock:
            self._running[address].state = state

    def on(self, address: str, worker: str) -> None:
        """Note which worker has taken a node on."""
        with self._lock:
            self._running[address].worker = worker

    def part(self, address: str, done: int, total: int) -> None:
        """Note how much of a node is done."""
        with self._lock:
            self._running[address].done, self._running[address].total = done, total

    def end(self, address: str) -> None:
        """Note that a node runs no more."""
        with self._lock:
            self._running.pop(address, None)

    def show(self, waiting: int, done: int) -> None:
        """Note how many nodes have not begun, and how many are done."""
        with self._lock:
            self._waiting, self._done = waiting, done

    def _tell(self) -> None:
        while not self._over.wait(_SECONDS):
            self._write()

    def _write(self) -> None:
        draft = self._file.with_suffix(".partial")
        try:
            draft.write_text(json.dumps(self._says()), encoding="utf-8")
            draft.replace(self._file)
        except OSError:  # a full disk: nobody can look on, and the run goes on or says so itself
            draft.unlink(missing_ok=True)

    def _says(self) -> dict[str, Any]:
        held = self.held()
        with self._lock:
            running = [asdict(now) | {"held": held.get(now.node)} for now in self._running.values()]
            counts = {"waiting": self._waiting, "done": self._done}
        return {**self.about, "pid": os.getpid(), "begun": self._begun, "running": running, **counts}


def live_runs(folder: Path) -> list[dict[str, Any]]:
    """Return what the runs say that are alive, oldest first; what dead ones left is removed."""
    found = []
    for owner in sorted(folder.glob(f"*{OWNER}")):
        file = owner.with_suffix(SAYS)
        if locks.is_abandoned(owner):
            for left in (file, file.with_suffix(".partial"), owner):
                left.unlink(missing_ok=True)
            continue
        try:
            found.append(json.loads(file.read_bytes()))
        except FileNotFoundError:  # it has only just begun
            continue
    return sorted(found, key=lambda run: float(run["begun"]))
