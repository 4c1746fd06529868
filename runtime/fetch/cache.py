"""Fetched files by their SHA-256: `files/<xx>/<sha256>/<name>`, with the suffix readers look at."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.digests import sha256_file
from runtime.durable import READ_ONLY, disk_full_as_fault, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Cache:
    """A folder of fetched files; safe to share between runs, and to delete."""

    root: Path

    def find(self, sha256: str, name: str) -> Path | None:
        """Return the cached file, its bytes verified, or None; one that is rotten or cut short is removed."""
        path = self._path(sha256, name)
        if not path.is_file():
            return None
        if sha256_file(path) == sha256:
            _touch(path)
            return path
        path.unlink(missing_ok=True)
        return None

    def keep(self, source: Path, sha256: str, name: str) -> Path:
        """Move a finished file, known to have this digest, into the cache and return where it is."""
        path = self._path(sha256, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        source.chmod(READ_ONLY)
        sync_file(source)
        source.replace(path)
        sync_folder(path.parent)
        return path

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """Give a private folder on the cache's file system, removed when the block ends.

        Raises:
            DiskFull: the block met a full disk.
        """
        folder = self.root / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        with disk_full_as_fault(folder), tempfile.TemporaryDirectory(dir=folder) as spelled:
            yield folder / spelled

    def wheels(self, requirement: str) -> Path:
        """Return the folder that keeps the wheel of one release."""
        return self.root / "wheels" / requirement

    def _path(self, sha256: str, name: str) -> Path:
        return self.root / "files" / sha256[:2] / sha256 / name


def _touch(path: Path) -> None:
    """Note that a file is of use today, which keeps `gc` from it; of somebody else's that cannot be noted."""
    try:
        os.utime(path)
    except OSError:
        return
