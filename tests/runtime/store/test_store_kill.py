"""Killed at any instant, a commit leaves nothing or everything, and no lock or folder that stays."""

from __future__ import annotations

import multiprocessing
import os
import signal
from itertools import count
from typing import TYPE_CHECKING

from runtime.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Event
    from pathlib import Path

SPAWN = multiprocessing.get_context("spawn")
STEPS = ("replace", "rename", "fsync", "open", "unlink", "chmod", "mkdir", "rmdir")
KILLED = -signal.SIGKILL


class Countdown:
    """Stands in for a system call and kills the process with signal 9 before the n-th one of all."""

    left = 0

    def __init__(self, call: Callable[..., object]) -> None:
        self.call = call

    def __call__(self, *args: object, **options: object) -> object:
        """Make the call, or die."""
        Countdown.left -= 1
        if Countdown.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.call(*args, **options)


def commit(root: Path) -> None:
    """Commit two files."""
    store = Store(root)
    with store.lock("k1"), store.scratch("k1") as folder:
        (folder / "a.txt").write_text("one")
        (folder / "b.txt").write_text("two")
        store.commit("k1", folder, {"note": "whole"})


def commits_killed_at_every_call(root: Path) -> None:
    """In forked children, commit and die before system call number 1, 2, 3 ... until one survives."""
    left_behind = []
    for n in count(1):
        child = os.fork()
        if child == 0:
            _die_at(root / str(n), n)
        _, status = os.waitpid(child, 0)
        outcome = os.waitstatus_to_exitcode(status)
        assert outcome in (0, KILLED), outcome
        left_behind.append(_check(Store(root / str(n))))
        if outcome == 0:
            break
    # Absent, then whole from one call on: the rename of the record. Never absent again.
    assert left_behind == sorted(left_behind)
    assert left_behind.count(False) >= 30
    assert left_behind.count(True) >= 5


def _die_at(root: Path, n: int) -> None:
    """Never returns."""
    Countdown.left = n
    for name in STEPS:
        setattr(os, name, Countdown(getattr(os, name)))
    commit(root)
    os._exit(0)


def _check(store: Store) -> bool:
    """Say whether the action is there; if so it is whole, and if not it can be committed."""
    found = store.find("k1")
    assert store.verify() == ()
    assert not [path for path in (store.root / "scratch").iterdir() if path.name != ".sweep"]
    if found is not None:
        assert [found.path(name).read_text() for name in found.names] == ["one", "two"]
    commit(store.root)
    again = store.find("k1")
    assert again is not None
    assert again.manifest["note"] == "whole"
    return found is not None


def test_commit_killed_before_any_system_call_leaves_nothing_or_everything(tmp_path: Path) -> None:
    """Signal 9 before each call of a commit: the store is sound, swept, and can be committed to."""
    process = SPAWN.Process(target=commits_killed_at_every_call, args=(tmp_path,))
    process.start()
    process.join(60)
    assert process.exitcode == 0


def _commit_signalling(root: Path, at: Event, forever: Event) -> None:
    store = Store(root)
    with store.lock("k1"), store.scratch("k1") as folder:
        (folder / "a.txt").write_text("one")
        at.set()
        forever.wait()


def test_death_releases_the_lock_and_the_folder(tmp_path: Path) -> None:
    """A live holder keeps its scratch folder when the store is opened; a killed one loses it."""
    at, forever = SPAWN.Event(), SPAWN.Event()
    holder = SPAWN.Process(target=_commit_signalling, args=(tmp_path, at, forever))
    holder.start()
    assert at.wait(30)
    Store(tmp_path)
    assert len([path for path in (tmp_path / "scratch").iterdir() if path.is_dir()]) == 1
    holder.kill()
    holder.join()
    store = Store(tmp_path)
    assert not [path for path in (tmp_path / "scratch").iterdir() if path.is_dir()]
    with store.lock("k1"):
        assert store.find("k1") is None
