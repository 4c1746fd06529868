"""A store as the commands that look after it open it: one that is there, never one that is made for it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from runtime.errors import StoreError
from runtime.locations import is_elsewhere, shown
from specc.exits import Exit
from specc.faults import CommandFault
from specc.places import places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runtime.errors import CorruptArtifact
    from runtime.store import Store
    from specc.places import Places

store_argument = click.argument("location", metavar="[STORE]", required=False)


def existing_store(location: str | None) -> Store:
    """Return the store at a location, else the one that runs take.

    Raises:
        CommandFault: there is none, or it may not be written to.
    """
    where = places(location, None)
    store = there(where)
    if store is None:
        remedy = "name the location of one, or set $SPECC_STORE"
        raise CommandFault(Exit.USAGE, f"there is no store in {shown(where.location)}", remedy=remedy)
    return store


def there(where: Places, on_corrupt: Callable[[CorruptArtifact], None] | None = None) -> Store | None:
    """Return the store of some places, opened, or None if there is none yet.

    Raises:
        StoreError: it is elsewhere and cannot be reached.
        CommandFault: it may not be written to.
    """
    # Imported here: what is light asks only where a store is.
    from runtime.store import log_corrupt, open_store  # noqa: PLC0415

    if not is_elsewhere(where.location) and not (where.store / "actions").is_dir():
        return None
    try:
        store = open_store(where.location, on_corrupt=on_corrupt or log_corrupt)
    except OSError as error:
        message = f"the store {where.location} cannot be used: {error.strerror}"
        raise CommandFault(Exit.USAGE, message) from error
    return store if store.is_there() else None


def record_folders(where: Places) -> list[Path]:
    """Return the folders that have all records of a store, of which one that is elsewhere has copies.

    Raises:
        CommandFault: it is elsewhere and cannot be reached.
    """
    if not is_elsewhere(where.location):
        return [where.store]
    with reached():
        store = there(where)
        return [where.store] if store is None else store.record_folders()


@contextmanager
def reached() -> Iterator[None]:
    """Turn what a store cannot do into the end of a command that only looks after it."""
    try:
        yield
    except StoreError as fault:
        raise CommandFault(Exit.USAGE, fault.message, place=fault.place, remedy=fault.remedy) from fault
