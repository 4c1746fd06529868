"""Files named by the SHA-256 of their bytes: put in by rename, read-only, re-read before they are trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runtime.errors import CorruptArtifact
from runtime.store.record import REBUILD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from runtime.store.files import Files, LocalFiles, State

FOLDER, _QUARANTINE = "objects", "quarantine"


@dataclass(frozen=True)
class Objects:
    """The objects of a store, read."""

    files: Files
    # What this process has read and found good. An entry holds only while the file is the same one.
    _verified: dict[str, State] = field(default_factory=dict, repr=False)

    def require(self, sha256: str) -> None:
        """Make sure that the object is there and whole; its bytes are read once a process.

        Raises:
            CorruptArtifact: it is missing, or its bytes have another digest.
        """
        name = name_of(sha256)
        place = self.files.place(name)
        try:
            state = self.files.state(name)
            if self._verified.get(sha256) == state:
                return
            actual = self.files.digest(name)
        except FileNotFoundError as error:
            raise CorruptArtifact(f"object {sha256} is missing", place=place, remedy=REBUILD) from error
        if actual != sha256:
            raise CorruptArtifact(f"object {sha256} has digest {actual}", place=place, remedy=REBUILD)
        self._verified[sha256] = state

    def trust(self, verified: Mapping[str, State]) -> None:
        """Take another process' word for what it read and found good, while the files are the same ones."""
        self._verified.update(verified)

    def verified(self, digests: Iterable[str]) -> dict[str, State]:
        """Return what this process can vouch for among some objects."""
        return {sha256: self._verified[sha256] for sha256 in digests if sha256 in self._verified}

    def walk(self) -> list[str]:
        """Return the digest of every object, in order."""
        return [name.rpartition("/")[2] for name in self.files.names(f"{FOLDER}/??/*")]

    def size(self, sha256: str) -> int:
        """Return the bytes of an object."""
        return self.files.state(name_of(sha256)).size

    def banished(self) -> list[str]:
        """Return the names of the objects that were moved out of the way."""
        return self.files.names(f"{_QUARANTINE}/*")


@dataclass(frozen=True)
class LocalObjects(Objects):
    """The objects of a store here; bad ones are moved to `quarantine`, where nothing reads them."""

    files: LocalFiles

    @property
    def folder(self) -> Path:
        """Where the objects can be read."""
        return self.files.path(FOLDER)

    def put(self, source: Path, sha256: str) -> None:
        """Move a finished file, already hardened and known to have this digest, into place.

        It replaces an object of the same name: the bytes are the same, or the old ones had rotted.
        """
        self.files.take(source, name_of(sha256))
        self._verified[sha256] = self.files.state(name_of(sha256))

    def banish(self, sha256: str) -> None:
        """Move an object that failed `require` out of the way; one that is gone already is fine."""
        self.files.move(name_of(sha256), f"{_QUARANTINE}/{sha256}")


def name_of(sha256: str) -> str:
    """Return the name of the object of a digest (hex)."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"
