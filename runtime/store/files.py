"""The file operations that a store stands on, and nothing else of it touches what is stored.

Names are relative to the store, with `/` between; work in progress and locks are always on a local disk. A
store elsewhere has a local one in front of it (`runtime.store.elsewhere`), whose files these are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runtime.digests import sha256_file
from runtime.durable import READ_ONLY, sync_file, sync_folder, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """What changes when somebody writes to a file: it is the same one while this is equal."""

    inode: int
    size: int
    modified: int

    @property
    def used(self) -> float:
        """When it was written or touched, in seconds since 1970."""
        return self.modified / 1e9


class Files(Protocol):
    """What looking after a store needs of its files, wherever they are."""

    def place(self, name: str) -> str:
        """Return where a file is, as people are told it."""

    def names(self, pattern: str) -> list[str]:
        """Return the files whose names match, in order."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file (hex)."""

    def state(self, name: str) -> State:
        """Return by what a file is known to be unchanged."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone already are fine."""


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """Files under a folder of a local disk. Whatever is not there raises `FileNotFoundError`."""

    root: Path

    def path(self, name: str) -> Path:
        """Return where a file can be read, also by other programs."""
        return self.root / name

    def place(self, name: str) -> str:
        """Return where a file is, as people are told it."""
        return str(self.path(name))

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return self.path(name).read_bytes()

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file (hex)."""
        return sha256_file(self.path(name))

    def state(self, name: str) -> State:
        """Return by what a file is known to be unchanged."""
        status = self.path(name).stat()
        return State(status.st_ino, status.st_size, status.st_mtime_ns)

    def write(self, name: str, content: bytes, aside: Path) -> None:
        """Put bytes there, read-only, whole or not at all; `aside` is a local folder for half a file."""
        write_atomically(self.path(name), content, mode=READ_ONLY, aside=aside)

    def harden(self, source: Path) -> None:
        """Prepare a finished local file to be taken: read-only, and its bytes on the disk."""
        source.chmod(READ_ONLY)
        sync_file(source)

    def take(self, source: Path, name: str) -> None:
        """Move a hardened local file in, whole or not at all; it replaces what was there."""
        target = self.path(name)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(target.parent.parent)
        source.replace(target)
        sync_folder(target.parent)

    def move(self, name: str, to: str) -> None:
        """Give a file another name; one that is gone already is fine."""
        target = self.path(to)
        target.parent.mkdir(exist_ok=True)
        try:
            self.path(name).replace(target)
        except FileNotFoundError:
            return

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone already are fine."""
        folders = set()
        for name in names:
            path = self.path(name)
            path.unlink(missing_ok=True)
            folders.add(path.parent)
        for folder in sorted(folders):
            sync_folder(folder)

    def touch(self, name: str) -> None:
        """Note that a file is of use today; of somebody else's file that cannot be noted."""
        try:
            os.utime(self.path(name))
        except OSError:
            return

    def names(self, pattern: str) -> list[str]:
        """Return the files whose names match, in order."""
        found = (path for path in self.root.glob(pattern) if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in found)
