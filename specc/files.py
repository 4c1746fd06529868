"""Small files that commands write where the user says; failures are told in the words of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.durable import write_atomically
from runtime.errors import DiskFull
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write a file atomically, with the folders above it.

    Raises:
        CommandFault: it cannot be written there.
    """
    try:
        write_atomically(path, content)
    except DiskFull as full:
        raise CommandFault(Exit.USAGE, full.message, place=full.place, remedy=full.remedy) from full
    except OSError as error:
        remedy = "name a file in a folder that you may write to and that has room"
        raise CommandFault(
            Exit.USAGE, f"{path} cannot be written: {error.strerror}", remedy=remedy
        ) from error
