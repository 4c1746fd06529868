"""The two locks that `specc sources diff` compares: the one at a git ref or in a file, and the bundle's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.catalog.lock import LOCK_NAME, parse_lock, read_lock
from specc.exits import Exit
from specc.faults import CommandFault
from specc.git import bundle_at

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource


def lock_of(bundle: Path) -> dict[str, LockedSource]:
    """Return the lock of a bundle.

    Raises:
        CommandFault: there is none, or it cannot be read.
    """
    if not (bundle / LOCK_NAME).is_file():
        remedy = f"run `specc sources lock {bundle}`"
        raise CommandFault(Exit.USAGE, f"{bundle} has no {LOCK_NAME}", remedy=remedy)
    try:
        return read_lock(bundle)
    except ValueError as error:
        raise _unreadable(f"{bundle / LOCK_NAME}", error, f"run `specc sources lock {bundle}`") from error


def lock_against(against: str, bundle: Path) -> dict[str, LockedSource]:
    """Return the lock in a file where `against` names one, else the bundle's at that git ref.

    Raises:
        CommandFault: it cannot be read, there is no such ref, or the bundle was not there then.
    """
    try:
        if Path(against).is_file():
            return parse_lock(Path(against).read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory(prefix="specc-against-") as there:
            bundle_at(bundle, against, Path(there))
            return read_lock(Path(there))
    except ValueError as error:
        where = against if Path(against).is_file() else f"{LOCK_NAME} at {against}"
        remedy = "name a ref or a file of the format that this version writes"
        raise _unreadable(where, error, remedy) from error


def _unreadable(where: str, error: ValueError, remedy: str) -> CommandFault:
    return CommandFault(Exit.USAGE, f"{where} is no lock that can be read: {error}", remedy=remedy)
