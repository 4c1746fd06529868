"""Runs that share a store agree, wait for each other, and never lose what another is using."""

from __future__ import annotations

import errno
import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl
import pytest

from runtime.errors import DiskFull, StoreError
from runtime.store import Store

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

SPAWN = multiprocessing.get_context("spawn")
ROUNDS = 8


def put(store: Store, key: str, text: str = "same") -> str:
    """Commit one file and return its content digest."""
    with store.scratch(key) as folder:
        (folder / "a.txt").write_text(text)
        return store.commit(key, folder, {}).content("a.txt")


def die_in_scratch(store: Store, cause: Exception) -> None:
    """Write half a file and fail."""
    with store.scratch("k1") as folder:
        (folder / "half.parquet").write_bytes(b"half")
        raise cause


def _race(root: Path, start: Barrier, answers: Queue[list[str]], text: str) -> None:
    store = Store(root)
    start.wait(30)
    answers.put([put(store, f"k{n}", f"{text} {n}") for n in range(ROUNDS)])


@pytest.mark.parametrize("texts", [("same", "same"), ("mine", "yours")])
def test_two_processes_committing_one_key_agree(tmp_path: Path, texts: tuple[str, str]) -> None:
    """Both succeed and both get the same artifact, even if the step was not deterministic."""
    start, answers = SPAWN.Barrier(2), SPAWN.Queue()
    racers = [SPAWN.Process(target=_race, args=(tmp_path, start, answers, text)) for text in texts]
    for racer in racers:
        racer.start()
    first, second = (answers.get(timeout=30) for _ in racers)
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0, 0]
    assert first == second
    assert Store(tmp_path).verify() == ()


def test_lock_lets_one_build_and_the_other_reuse(tmp_path: Path) -> None:
    """Lock, find, build, commit: two threads of two stores do the work once."""
    built: list[int] = []

    def build(number: int) -> None:
        store = Store(tmp_path)
        with store.lock("k1"):
            if store.find("k1") is None:
                built.append(number)
                time.sleep(0.1)
                put(store, "k1")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(build, range(2)))
    assert len(built) == 1


def test_garbage_collection_waits_for_nobody_and_takes_nothing_in_use(tmp_path: Path) -> None:
    """While a run uses the store, collection is refused with a remedy; afterwards it works."""
    store = Store(tmp_path)
    put(store, "k1")
    with Store(tmp_path).in_use(), pytest.raises(StoreError, match="in use") as caught:
        store.gc(set())
    assert caught.value.remedy is not None
    assert store.find("k1") is not None
    assert store.gc(set()).actions == 1


def test_full_disk_under_a_step_is_told_with_its_remedy(tmp_path: Path) -> None:
    """No space left, whether the system says so or polars' own class, is DiskFull, and nothing stays."""
    store = Store(tmp_path)
    causes = (
        OSError(errno.ENOSPC, "No space left on device"),
        pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)"),
    )
    for cause in causes:
        with pytest.raises(DiskFull, match=r"bytes needed, [0-9,]+ free") as caught:
            die_in_scratch(store, cause)
        assert "remedy: free space" in str(caught.value)
        assert [path.name for path in (tmp_path / "scratch").iterdir()] == [".sweep"]


@pytest.mark.parametrize("survivors", range(5))
def test_full_disk_under_a_commit_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    """Whichever sync of a commit meets the full disk, the action is absent, and works once there is room."""
    store, left, real = Store(tmp_path), [survivors], os.fsync

    def fsync(descriptor: int) -> None:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(DiskFull):
            put(store, "k1")
    assert store.verify() == ()
    found = store.find("k1")
    assert found is None or survivors == 4  # the record is in place; only its folder could not be synced
    put(store, "k1")
    assert store.find("k1") is not None
