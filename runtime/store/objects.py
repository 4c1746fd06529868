"""Files named by the SHA-256 of their bytes: put in by rename, read-only, re-read before they are trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runtime.content import sha256_file
from runtime.durable import READ_ONLY, sync_file, sync_folder
from runtime.errors import CorruptArtifact
from runtime.store.artifact import object_path
from runtime.store.record import REBUILD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

State = tuple[int, int, int]  # inode, size, modification time in nanoseconds


@dataclass(frozen=True)
class Objects:
    """The objects under `folder`; bad ones are moved to `quarantine`, where nothing reads them."""

    folder: Path
    quarantine: Path
    # What this process has read and found good. An entry holds only while the file is the same one.
    _verified: dict[str, State] = field(default_factory=dict, repr=False)

    def path(self, sha256: str) -> Path:
        """Return where the object of a digest lives, or would."""
        return object_path(self.folder, sha256)

    def put(self, source: Path, sha256: str) -> None:
        """Move a finished file, already synced and known to have this digest, into place.

        It replaces an object of the same name: the bytes are the same, or the old ones had rotted.
        """
        target = self.path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
        source.replace(target)
        sync_folder(target.parent)
        self._verified[sha256] = _state(target)

    def require(self, sha256: str) -> None:
        """Make sure that the object is there and whole; its bytes are read once a process.

        Raises:
            CorruptArtifact: it is missing, or its bytes have another digest.
        """
        path = self.path(sha256)
        try:
            state = _state(path)
            if self._verified.get(sha256) == state:
                return
            actual = sha256_file(path)
        except FileNotFoundError as error:
            raise CorruptArtifact(f"object {sha256} is missing", place=str(path), remedy=REBUILD) from error
        if actual != sha256:
            raise CorruptArtifact(f"object {sha256} has digest {actual}", place=str(path), remedy=REBUILD)
        self._verified[sha256] = state

    def trust(self, verified: Mapping[str, State]) -> None:
        """Take another process' word for what it read and found good, while the files are the same ones."""
        self._verified.update(verified)

    def verified(self, digests: Iterable[str]) -> dict[str, State]:
        """Return what this process can vouch for among some objects."""
        return {sha256: self._verified[sha256] for sha256 in digests if sha256 in self._verified}

    def banish(self, sha256: str) -> None:
        """Move an object that failed `require` out of the way; one that is gone already is fine."""
        self.quarantine.mkdir(exist_ok=True)
        try:
            self.path(sha256).replace(self.quarantine / sha256)
        except FileNotFoundError:
            return

    def walk(self) -> Iterator[Path]:
        """Yield every object, in order."""
        yield from sorted(path for path in self.folder.glob("??/*") if path.is_file())


def harden(path: Path) -> None:
    """Make a finished file read-only and push its bytes to the disk, before anything points at it."""
    path.chmod(READ_ONLY)
    sync_file(path)


def _state(path: Path) -> State:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
