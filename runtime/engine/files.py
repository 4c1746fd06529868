"""A file or folder written aside: what has its final name is whole."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runtime.durable import disk_full_as_fault, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASIDE = ".part"


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Yield a file name beside `path` to write; rename it to `path` on leaving, remove it on an error.

    Raises:
        DiskFull: there is no room; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = _beside(path)
    try:
        with disk_full_as_fault(path):
            yield aside
            sync_file(aside)
            aside.replace(path)
        sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def folder_written_aside(path: Path) -> Iterator[Path]:
    """The same for a folder of files. Where `path` exists by then, another process was first and wins."""
    aside = _beside(path)
    aside.mkdir(parents=True)
    try:
        with disk_full_as_fault(path):
            yield aside
            for file in aside.iterdir():
                sync_file(file)
        if not path.exists():
            aside.rename(path)
        sync_folder(path.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed process left aside in `folder`."""
    for leftover in folder.glob(f".*{ASIDE}"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def _beside(path: Path) -> Path:
    # The process id keeps two writers of one name apart.
    return path.with_name(f".{path.name}.{os.getpid()}{ASIDE}")
