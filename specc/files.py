"""Small files written so that a reader, or a crash, sees the old one or the new one.

The runtime has the same for the store; this one needs nothing that only a build needs.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from specc.exits import Exit
from specc.faults import CommandFault

_MODE = 0o644


def write_file(path: Path, content: bytes) -> None:
    """Write a file atomically, with the folders above it.

    Raises:
        CommandFault: it cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        remedy = "name a file in a folder that you may write to and that has room"
        raise CommandFault(
            Exit.USAGE, f"{path} cannot be written: {error.strerror}", remedy=remedy
        ) from error


def _replace(path: Path, content: bytes) -> None:
    descriptor, spelled = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".partial", dir=path.parent)
    draft = Path(spelled)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), _MODE)
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
