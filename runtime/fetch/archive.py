"""One file out of a wheel, by its exact name. Nothing else of the archive is unpacked, and nothing is run."""

from __future__ import annotations

import zipfile
import zlib
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from runtime.errors import FetchError
from runtime.fetch.limits import MAX_BYTES, Copied, copy_bounded, too_large

if TYPE_CHECKING:
    from pathlib import Path


class BrokenArchiveError(FetchError):
    """The archive is cut short or damaged; a fresh copy may be whole."""

    default_kind = "archive-broken"


def extract(archive: Path, member: str, target: Path, limit: int = MAX_BYTES) -> Copied:
    """Write one member of an archive to a new file.

    Raises:
        FetchError: there is no such member (the nearest names are told), or it is larger than `limit` bytes.
        BrokenArchiveError: the archive is damaged; the checksum of the member is checked.
    """
    try:
        with zipfile.ZipFile(archive) as wheel:
            info = _member(wheel, member)
            if info.file_size > limit:  # what the archive claims; what it holds is bounded again on the way
                raise too_large(f"{archive.name}/{member}", limit)
            with wheel.open(info) as source:
                return copy_bounded(source, target, f"{archive.name}/{member}", limit)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        target.unlink(missing_ok=True)
        message = f"the archive {archive.name} is damaged: {error}"
        raise BrokenArchiveError(message, place=str(archive), remedy="fetch it again") from error


def _member(wheel: zipfile.ZipFile, member: str) -> zipfile.ZipInfo:
    try:
        return wheel.getinfo(member)
    except KeyError:
        raise _missing(wheel, member) from None


def _missing(wheel: zipfile.ZipFile, member: str) -> FetchError:
    near = _nearest(member, [name for name in wheel.namelist() if not name.endswith("/")])
    hint = f"did you mean: {', '.join(near)}?" if near else "list the names with `python -m zipfile -l`"
    message = f"there is no file `{member}` in {_name(wheel)}; {hint}"
    remedy = "correct the path in the locator, or put the file in a folder and give it with `--sources DIR`"
    return FetchError(message, place=_name(wheel), remedy=remedy, kind="no-such-file")


def _nearest(member: str, names: list[str]) -> list[str]:
    """Return up to three names: those elsewhere with the same last part, then those spelled alike."""
    last = PurePosixPath(member).name
    moved = [name for name in names if PurePosixPath(name).name == last]
    alike = get_close_matches(member, names, n=3, cutoff=0.6)
    return list(dict.fromkeys([*moved, *alike]))[:3]


def _name(wheel: zipfile.ZipFile) -> str:
    return PurePosixPath(str(wheel.filename)).name
