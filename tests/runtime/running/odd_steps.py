"""Steps that misbehave, each in one way: what a process of a node may meet."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

import numpy as np

from runtime.errors import NodeFailed
from runtime.fetch.local import bundle_file

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.task import Task


class Odd(Exception):  # noqa: N818 - not even its name is usual
    """An error that cannot be sent as it is: it is not made from its message."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def write(task: Task) -> None:
    """Write what the parameters say."""
    task.write_json("report.json", task.parameters.get("says", 1))


def hold(task: Task) -> None:
    """Hold so many bytes for a while, taking them bit by bit."""
    held = []
    for _ in range(task.parameters["mebibytes"] // 20):
        held.append(np.ones(20 * 2**20, dtype=np.uint8))
        time.sleep(0.02)
    time.sleep(task.parameters["seconds"])
    write(task)


def meet(task: Task) -> None:
    """Leave a mark, and end well only if another step does so meanwhile."""
    _mark(task).touch()
    if not _met(task, 60):
        raise NodeFailed("nobody came")
    write(task)


def avoid(task: Task) -> None:
    """Leave a mark for a while, and fail if another step is at work."""
    _mark(task).touch()
    met = _met(task, 1)
    _mark(task).unlink()
    if met:
        raise NodeFailed("there is somebody else")
    write(task)


def die(task: Task) -> None:
    """End the process, as the system does when the machine is short of memory."""
    os.kill(os.getpid(), task.parameters.get("signal", signal.SIGKILL))


def desert(task: Task) -> None:
    """End the process that started this one, as often as the parameters say; then end well."""
    folder = task.surroundings.cache
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(os.getpid())).touch()
    parent = multiprocessing.parent_process()
    if len(list(folder.iterdir())) <= task.parameters["times"] and parent is not None and parent.pid:
        os.kill(parent.pid, signal.SIGKILL)
        time.sleep(60)
    write(task)


def linger(task: Task) -> None:
    """Say which process this is, and take a while."""
    folder = task.surroundings.cache
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(os.getpid())).touch()
    time.sleep(60)


def miss(task: Task) -> None:
    """Read a file of the bundle that is not there."""
    bundle_file("mine.csv", task.surroundings.bundle or task.folder)


def stumble(_: Task) -> None:
    """Raise what cannot be sent to another process."""
    raise Odd("this is ", "a bug")


def spin(task: Task) -> None:
    """Use a processor for a while."""
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass
    write(task)


def _mark(task: Task) -> Path:
    folder = task.surroundings.cache
    folder.mkdir(parents=True, exist_ok=True)
    return folder / task.node.address


def _met(task: Task, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if len(list(task.surroundings.cache.iterdir())) > 1:
            return True
        time.sleep(0.02)
    return False


ODD = (write, hold, meet, avoid, die, desert, linger, miss, stumble, spin)
STEPS = {(function.__name__, 1): function for function in ODD}
