"""Nodes in processes of their own, several at a time, within a limit of memory that is enforced.

Processes are forked from a server that has loaded the libraries and done nothing else
(docs/decisions/0022): a start takes milliseconds, and what a process holds is the node's.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, forkserver, resource_tracker
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import runtime
from runtime.errors import NodeFailed
from runtime.running.interrupts import uninterrupted
from runtime.running.job import END, Failed, Message, place_of
from runtime.running.tree import ending, kill
from runtime.running.watch import Watch
from runtime.running.worker import work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from runtime.running.crew import Hear
    from runtime.running.job import Job

_SERVER = multiprocessing.get_context("forkserver")
_LOADED = "runtime.running.loaded"
_PATHS, _HOUSE = "PYTHONPATH", Path(runtime.__file__).resolve().parents[1]
_PATIENCE = 10.0
# The environment, the main module and what `multiprocessing` knows of its children are the whole process's.
_ONE_AT_A_TIME = threading.Lock()


def warm() -> None:
    """Start the server of processes, if it does not run yet, and let it load the libraries meanwhile.

    They are those of this very checkout: the server of Python 3.11 is told our `sys.path` and does not
    listen; it does to its environment.
    """
    _SERVER.set_forkserver_preload([_LOADED])
    before = os.environ.get(_PATHS)
    os.environ[_PATHS] = os.pathsep.join(filter(None, [str(_HOUSE), before]))
    try:
        with uninterrupted():
            _ensure_running()
    finally:
        if before is None:
            del os.environ[_PATHS]
        else:
            os.environ[_PATHS] = before


def _ensure_running() -> None:
    """Start the server with Ctrl-C blocked, for it and for all that it forks: the run answers it alone."""
    resource_tracker.ensure_running()  # here, for it unblocks what it finds blocked
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@dataclass(frozen=True, slots=True)
class _Working:
    job: Job
    process: BaseProcess
    pid: int
    pipe: Connection


class Processes:
    """Carries nodes out in processes of their own; `memory` is what they may hold together, in bytes.

    Each opens the store itself, by its `location`. What others have `watch` watch counts as well.
    """

    def __init__(self, location: str, slots: int, memory: int, watch: Watch | None = None) -> None:
        self.slots = slots
        self._location = location
        self._working: dict[str, _Working] = {}
        self._watch = watch or Watch(memory)

    def start(self, job: Job, need: int) -> None:
        """Start the process of a node."""
        ours, theirs = _SERVER.Pipe(duplex=False)
        process = _SERVER.Process(target=work, args=(job, self._location, theirs), name=job.node.address)
        with _ONE_AT_A_TIME:
            warm()
            with uninterrupted():
                with _without_main():
                    process.start()
                pid = int(str(process.pid))  # it has one: it was started
                self._working[job.node.address] = _Working(job, process, pid, ours)
                self._watch.add(pid, need, job.limit)
        theirs.close()

    def wait(self, hear: Hear, seconds: float | None = None) -> None:
        """Pass on what the processes said, or how they died; nothing where it takes more than `seconds`."""
        pipes = {working.pipe: address for address, working in self._working.items()}
        for pipe in connection.wait(list(pipes), seconds):
            address = next(found for known, found in pipes.items() if known is pipe)
            working = self._working[address]
            try:
                said = working.pipe.recv()
            except (EOFError, OSError):
                said = None
            if said is None or isinstance(said, END):
                said = self._ended(address, said)
            hear(address, said)

    def held(self) -> dict[str, int]:
        """Return the bytes that each running node holds."""
        held = self._watch.held()
        return {address: held.get(working.pid, 0) for address, working in self._working.copy().items()}

    def end(self) -> None:
        """End every process with all its children."""
        for working in self._working.values():
            kill(working.pid)
        for working in self._working.values():
            self._watch.remove(working.pid)
            _put_away(working)
        self._working.clear()

    def _ended(self, address: str, said: Message | None) -> Message:
        working = self._working.pop(address)
        verdict, held = self._watch.remove(working.pid)
        if said is None:
            kill(working.pid)  # it is gone, its children may not be
        _put_away(working)
        if said is not None:
            return said
        return verdict or Failed(_death(working, held))


def _put_away(working: _Working) -> None:
    with _ONE_AT_A_TIME:
        working.process.join(_PATIENCE)
    working.pipe.close()


def _death(working: _Working, held: int) -> NodeFailed:
    code = working.process.exitcode
    return NodeFailed(
        f"its process ended by {ending(code)}; it held {held / 2**30:.2f} GiB when it was last looked at",
        place=place_of(working.job.node),
        remedy="run again; if it was killed for want of memory, run it with less beside it (`--jobs 1`)",
        kind="worker-died",
    )


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep `multiprocessing` from running the program's main module again in every process it starts.

    Nothing of ours is defined there, and a script without a guard would start itself over and over.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
