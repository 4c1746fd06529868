"""Replaces a folder as a whole: written beside it, then put in its place by renaming."""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runtime.durable import disk_full_as_fault, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTIAL, OLD = ".specc-partial", ".specc-old"


@contextmanager
def swapped_in(place: Path) -> Iterator[Path]:
    """Give an empty folder beside `place` that takes its place when the block ends well, and else goes.

    One at a time for a place: what an earlier one left when it was killed is removed first.

    Raises:
        DiskFull: there was no room; `place` is as it was.
    """
    with disk_full_as_fault(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _sweep(place)
        draft = _beside(place, PARTIAL)
        draft.mkdir()
        try:
            yield draft
            _swap(draft, place)
        finally:
            _sweep(place)


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}{suffix}")


def _sweep(place: Path) -> None:
    for suffix in (PARTIAL, OLD):
        for left in place.parent.glob(f".{place.name}.*{suffix}"):
            shutil.rmtree(left)


def _swap(draft: Path, place: Path) -> None:
    sync_folder(draft)
    if place.exists():
        old = place.rename(_beside(place, OLD))
        try:
            draft.rename(place)
        except BaseException:
            old.rename(place)
            raise
    else:
        draft.rename(place)
    sync_folder(place.parent)
