"""Writes that a power cut, a kill or a full disk leave either undone or whole."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.errors import DiskFull

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_ONLY = 0o444
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_IN_WORDS = ("No space left on device", "Disk quota exceeded", *(f"(os error {n})" for n in _FULL))
MAKE_ROOM = "free space there, or point SPECC_STORE at a larger disk"


def canonical_json(value: object) -> bytes:
    """Return the one spelling of a JSON value: sorted keys, two spaces, UTF-8, a newline at the end.

    Raises:
        ValueError: a number is NaN or infinite, which JSON cannot say.
    """
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644, aside: Path | None = None) -> None:
    """Put `content` at `path`; readers, and a crash, see the old file or the new one, nothing between.

    Written aside (in the folder `aside` of the same file system, else beside `path`), synced, renamed, folder
    synced.

    Raises:
        DiskFull: there is no room; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with disk_full_as_fault(path, needed=len(content)):
        temporary = write_aside(aside or path.parent, path.name, content, mode)
        try:
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_aside(folder: Path, name: str, content: bytes, mode: int) -> Path:
    """Write a synced file of a name of its own into `folder`, to be renamed to `name`; return its path."""
    descriptor, spelled = tempfile.mkstemp(prefix=f".{name[:40]}.", suffix=".partial", dir=folder)
    temporary = Path(spelled)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def sync_file(path: Path) -> None:
    """Push the bytes of a file to the disk; a full disk may be told only now."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Push the entries of a folder to the disk, so that a rename in it survives a power cut."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_full_as_fault(path: Path, needed: int | None = None) -> Iterator[None]:
    """Tell a full disk under this block as `DiskFull`; `needed` is in bytes, if known."""
    try:
        yield
    except Exception as error:
        if not says_full(error):
            raise
        raise _disk_full(path, needed) from error


def says_full(error: Exception) -> bool:
    """Tell whether an error says that there is no room left to write."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    # polars, DuckDB and HDF5 pass on the system's words in exception classes of their own.
    return any(words in str(error) for words in _FULL_IN_WORDS)


def _disk_full(path: Path, needed: int | None) -> DiskFull:
    free = shutil.disk_usage(_nearest_existing(path)).free
    wanted = "an unknown number of" if needed is None else f"{needed:,}"
    return DiskFull(
        f"no room to write {path.name}: {wanted} bytes needed, {free:,} free",
        place=str(path),
        remedy=MAKE_ROOM,
    )


def _nearest_existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
