"""Private folders for work in progress, inside the store so that finished files move by rename alone.

A folder belongs to the process that holds the lock of the file beside it. A pid in its name is for people
only: pids are reused, and two containers on one volume have the same ones; a lock held by the kernel has
neither trouble.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runtime.durable import disk_full_as_fault
from runtime.store import locks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER = ".owner"


@contextmanager
def scratch(folder: Path, key: str) -> Iterator[Path]:
    """Give a new empty folder under `folder`; what is left in it goes when the block ends, however it ends.

    Raises:
        DiskFull: the block met a full disk.
    """
    place, owner = _create(folder, key)
    try:
        with disk_full_as_fault(place):
            yield place
    finally:
        shutil.rmtree(place)
        _owner_file(place).unlink()
        locks.let_go(owner)


def sweep(folder: Path) -> int:
    """Remove the scratch folders whose process is dead; return how many."""
    with locks.held(folder / ".sweep"):
        return sum(_remove_if_abandoned(owner) for owner in sorted(folder.glob(f"*{OWNER}")))


def _create(folder: Path, key: str) -> tuple[Path, int]:
    place = folder / f"{key[:24]}.pid{os.getpid()}.{secrets.token_hex(4)}"
    # A sweep between making the owner file and locking it would take it for abandoned: hence the lock around
    # both. The file comes before the folder, so that dying in between leaves no folder that nobody owns.
    with locks.held(folder / ".sweep"):
        owner = locks.take(_owner_file(place))
        place.mkdir()
    return place, owner


def _owner_file(place: Path) -> Path:
    return place.with_name(place.name + OWNER)


def _remove_if_abandoned(owner: Path) -> bool:
    if not locks.is_abandoned(owner):
        return False
    place = owner.with_name(owner.name.removesuffix(OWNER))
    if place.exists():
        shutil.rmtree(place)
    owner.unlink()
    return True
