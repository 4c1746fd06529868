"""What lies beside a store: fetched files, and finished parts of steps that were interrupted.

Both can be had again, so age alone decides. Only what specc itself puts there is looked at: the folders
beside a store may hold other things.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Kind = Literal["fetched file", "unfinished step"]
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A folder that goes as a whole: its bytes, and when any of it was last used (seconds since 1970)."""

    kind: Kind
    folder: Path
    size: int
    used: float


def leftovers(cache: Path, chunks: Path) -> list[Leftover]:
    """Return what lies in the folders of fetched files and of unfinished steps, in order."""
    fetched = [folder for folder in cache.glob("files/??/*") if _DIGEST.fullmatch(folder.name)]
    fetched += [folder for folder in cache.glob("wheels/*") if "==" in folder.name]
    unfinished = [folder for folder in chunks.glob("*") if _DIGEST.fullmatch(folder.name)]
    found: list[tuple[Kind, Path]] = [
        ("fetched file", folder) for folder in (*fetched, *cache.glob("partial/*"))
    ]
    found += [("unfinished step", folder) for folder in unfinished]
    return list(_described(found))


def remove(found: Iterable[Leftover]) -> None:
    """Remove leftovers; the caller sees to it that no run needs them just now."""
    for each in found:
        shutil.rmtree(each.folder, ignore_errors=True)  # somebody may tidy up by hand at the same time


def _described(found: Iterable[tuple[Kind, Path]]) -> Iterator[Leftover]:
    for kind, folder in sorted(found):
        if folder.is_symlink() or not folder.is_dir():
            continue
        states = [path.lstat() for path in (folder, *folder.rglob("*"))]
        size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
        yield Leftover(kind, folder, size, max(state.st_mtime for state in states))
