"""A store as the commands that look after it open it: one that is there, never one that is made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runtime.store import open_store
from specc.exits import Exit
from specc.faults import CommandFault
from specc.places import places

if TYPE_CHECKING:
    from runtime.store import Store

store_argument = click.argument("location", metavar="[STORE]", required=False)


def existing_store(location: str | None) -> Store:
    """Return the store at a location, else the one that runs take.

    Raises:
        CommandFault: there is none, or it may not be written to.
    """
    where = places(location, None)
    if not (where.store / "actions").is_dir():
        remedy = "name the folder of one, or set $SPECC_STORE"
        raise CommandFault(Exit.USAGE, f"there is no store in {where.location}", remedy=remedy)
    try:
        return open_store(where.location)
    except OSError as error:
        raise CommandFault(
            Exit.USAGE, f"the store {where.location} cannot be used: {error.strerror}"
        ) from error
