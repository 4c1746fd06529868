"""Copying with a bound, so that a hostile or broken source cannot fill the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from runtime.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4 * 2**30  # the largest public survey extract we know of is 0.9 GB unpacked
_BLOCK = 2**20


@dataclass(frozen=True)
class Copied:
    """What went through: hex digest and bytes."""

    sha256: str
    size: int


def copy_bounded(source: IO[bytes], target: Path, what: str, limit: int = MAX_BYTES) -> Copied:
    """Write a stream to a new file, digesting on the way.

    Raises:
        FetchError: `what` is larger than `limit` bytes.
    """
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise too_large(what, limit)
            digest.update(block)
            file.write(block)
    return Copied(digest.hexdigest(), size)


def too_large(what: str, limit: int = MAX_BYTES) -> FetchError:
    """Return the refusal of a source of more than `limit` bytes."""
    return FetchError(
        f"{what} is larger than {limit:,} bytes",
        place=what,
        remedy="take the file by hand and give it with `--sources DIR`",
        kind="too-large",
    )
