"""Advisory locks on files: the kernel releases them when their holder dies, so none is ever stale."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runtime.errors import StoreError


@contextmanager
def held(path: Path, *, shared: bool = False, waits: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of `path` within the block, waiting for it; `shared` ones exclude only the others.

    `waits` is called first where somebody else has it. Not re-entrant: the same thread asking twice for an
    exclusive lock waits for itself.
    """
    descriptor = _open(path)
    try:
        if waits is not None and not _try(descriptor):
            waits()
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        _release(descriptor)


@contextmanager
def held_or_refused(path: Path, refusal: StoreError) -> Iterator[None]:
    """Hold the exclusive lock of `path` within the block, or raise `refusal` at once if it is taken."""
    descriptor = _open(path)
    try:
        if not _try(descriptor):
            raise refusal
        yield
    finally:
        _release(descriptor)


def take(path: Path) -> int:
    """Take the exclusive lock of a new private file and return its descriptor; `let_go` gives it back."""
    descriptor = _open(path)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def let_go(descriptor: int) -> None:
    """Give back what `take` took."""
    _release(descriptor)


def is_abandoned(path: Path) -> bool:
    """Say whether nobody alive holds the lock of `path`."""
    descriptor = _open(path)
    try:
        return _try(descriptor)
    finally:
        _release(descriptor)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _release(descriptor: int) -> None:
    # Unlocking by name, not only by closing: a forked child may hold a copy of the descriptor.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
