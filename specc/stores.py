"""A store as the commands that look after it open it: one that is there, never one that is made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runtime.store import Store
from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.faults import CommandFault
from specc.places import places

if TYPE_CHECKING:
    from pathlib import Path

store_argument = click.argument("folder", metavar="[STORE]", type=FOLDER, required=False)


def existing_store(folder: Path | None) -> Store:
    """Return the store in a folder, else the one that runs take.

    Raises:
        CommandFault: there is none, or it may not be written to.
    """
    place = places(folder, None).store
    if not (place / "actions").is_dir():
        remedy = "name the folder of one, or set $SPECC_STORE"
        raise CommandFault(Exit.USAGE, f"there is no store in {place}", remedy=remedy)
    try:
        return Store(place)
    except OSError as error:
        raise CommandFault(Exit.USAGE, f"the store {place} cannot be used: {error.strerror}") from error
