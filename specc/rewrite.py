"""Rewrites spec files: all of them or none, and none that changed on the disk since it was read."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.durable import disk_full_as_fault, sync_folder, write_aside
from runtime.errors import DiskFull
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file with the text that was read and the one that takes its place."""

    path: Path
    before: str
    after: str


def difference(rewrites: Sequence[Rewrite]) -> str:
    """Return the unified difference of all files; a line end of Windows is part of its line."""
    return "".join(line for rewrite in rewrites for line in _of_file(rewrite)).rstrip("\n")


def _of_file(rewrite: Rewrite) -> Iterator[str]:
    name = rewrite.path.as_posix()
    before, after = (text.splitlines(keepends=True) for text in (rewrite.before, rewrite.after))
    for line in difflib.unified_diff(before, after, f"{name} (before)", f"{name} (after)"):
        yield line if line.endswith("\n") else f"{line}\n"


def write_all(rewrites: Sequence[Rewrite]) -> None:
    """Put every new text in its place; when one cannot be, those that were are put back.

    Raises:
        CommandFault: a file changed since it was read, or cannot be written. All are as they were.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for rewrite in rewrites:
            _unchanged(rewrite)
            staged.append((_aside(rewrite.path, rewrite.after), rewrite.path))
        _swap_in(rewrites, staged)
    except DiskFull as full:
        raise CommandFault(Exit.USAGE, full.message, place=full.place, remedy=full.remedy) from full
    except OSError as error:
        message = f"the files cannot be written: {error.strerror}; none was changed"
        remedy = "write where you may, or change the rights of the folder"
        raise CommandFault(Exit.USAGE, message, remedy=remedy) from error
    finally:
        for draft, _ in staged:
            draft.unlink(missing_ok=True)


def _unchanged(rewrite: Rewrite) -> None:
    if rewrite.path.is_symlink() or rewrite.path.read_bytes() != rewrite.before.encode():
        message = f"{rewrite.path} is a link, or changed while it was being looked at; nothing was written"
        raise CommandFault(Exit.USAGE, message, remedy="run it again on the file itself")


def _aside(path: Path, text: str) -> Path:
    content = text.encode()
    with disk_full_as_fault(path, needed=len(content)):
        return write_aside(path.parent, path.name, content, path.stat().st_mode & 0o777)


def _swap_in(rewrites: Sequence[Rewrite], staged: Sequence[tuple[Path, Path]]) -> None:
    done: list[Rewrite] = []
    try:
        for rewrite, (draft, path) in zip(rewrites, staged, strict=True):
            draft.replace(path)
            done.append(rewrite)
    except BaseException:
        for rewrite in done:
            _aside(rewrite.path, rewrite.before).replace(rewrite.path)
        raise
    for folder in {path.parent for _, path in staged}:
        sync_folder(folder)
