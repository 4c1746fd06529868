"""Lines of a published table that are no data: notes above, between or below its rows."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, BinaryIO, cast

from runtime.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

_GZIP = b"\x1f\x8b"


def skip_lines(path: Path, beginning: str, name: str) -> None:
    """Rewrite a text file without the lines that begin so; one that was compressed is plain afterwards.

    Raises:
        FetchError: no line begins so.
    """
    draft, start, skipped = path.with_name(path.name + ".kept"), beginning.encode(), 0
    with _opened(path) as lines, draft.open("wb") as kept:
        for line in lines:
            if line.startswith(start):
                skipped += 1
            else:
                kept.write(line)
    if not skipped:
        draft.unlink()
        message = f"no line of the file of `{name}` begins with `{beginning}`"
        raise FetchError(message, place=name, remedy="remove `comment:`, or mend it")
    draft.replace(path)


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_compressed = file.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path, "rb")) if is_compressed else path.open("rb")
