"""The files of an artifact: what they are called, what they hash to, how a manifest says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from runtime.digests import sha256_file
from runtime.errors import StoreError
from runtime.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Output:
    """One file of an artifact: `name` is its path in the artifact's folder, `size` is in bytes.

    `sha256` (hex) is of the bytes; `content` (`sha256:<hex>`) of what a Parquet table says, of the bytes
    otherwise.
    """

    name: str
    sha256: str
    content: str
    size: int

    def as_subject(self) -> dict[str, object]:
        """Return the in-toto subject of this file."""
        annotations = {"content": self.content, "bytes": self.size}
        return {"name": self.name, "digest": {"sha256": self.sha256}, "annotations": annotations}

    @staticmethod
    def from_subject(subject: Mapping[str, object]) -> Output:
        """Read an in-toto subject back.

        Raises:
            KeyError, TypeError, ValueError: it is not one that `as_subject` wrote.
        """
        match subject:
            case {
                "name": str(name),
                "digest": {"sha256": str(sha256)},
                "annotations": {"content": str(content), "bytes": int(size)},
            }:
                return Output(name, sha256, content, size)
        raise ValueError(f"not the subject of a stored file: {subject}")


def describe(folder: Path) -> tuple[Output, ...]:
    """Return every file under a finished folder with its digests, by name.

    Raises:
        StoreError: the folder holds no file, or something that is neither a plain file nor a folder.
    """
    return tuple(in_threads(lambda path: _describe(folder, path), files_of(folder)))


def files_of(folder: Path) -> list[Path]:
    """Return the plain files under a folder, by name; links and devices are refused, an empty folder too."""
    entries = sorted(folder.rglob("*"))
    odd = [entry for entry in entries if entry.is_symlink() or not (entry.is_file() or entry.is_dir())]
    if odd:
        raise StoreError(
            "the store holds plain files only", place=str(odd[0]), remedy="write the bytes themselves"
        )
    files = [entry for entry in entries if entry.is_file()]
    if not files:
        raise StoreError(
            "there is no file to store", place=str(folder), remedy="let the operation write its outputs"
        )
    return files


def _describe(folder: Path, path: Path) -> Output:
    sha256 = sha256_file(path)
    content = _content(path) if path.suffix == ".parquet" else f"sha256:{sha256}"
    return Output(PurePosixPath(path.relative_to(folder)).as_posix(), sha256, content, path.stat().st_size)


def _content(table: Path) -> str:
    # Imported here: a run that finds everything in its store describes no table.
    from runtime.content import content_digest  # noqa: PLC0415

    return content_digest(table)
