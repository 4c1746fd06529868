"""Where a build keeps its things: the store, and beside it what was fetched and what is half done."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.errors import StoreError
from runtime.locations import is_elsewhere, local_folder, tidy
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from pathlib import Path

STORE, DEFAULT_STORE = "SPECC_STORE", ".specc/store"


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths, because steps run in processes of their own. `overrides` stands in for the sources.

    The store at `location` is read in the folder `store`; where it is elsewhere, that is a cache of it.
    """

    location: str
    store: Path
    overrides: Path | None = None

    @property
    def cache(self) -> Path:
        """Fetched files; safe to share and to delete."""
        return self.store.parent / "cache"

    @property
    def chunks(self) -> Path:
        """Finished parts of steps that were interrupted."""
        return self.store.parent / "chunks"

    def needed(self, bundle: Path) -> list[Path]:
        """Return every folder that a build reads or keeps something in."""
        folders = [bundle, self.store, self.cache, self.chunks]
        return folders if self.overrides is None else [*folders, self.overrides]


def places(store: str | None, overrides: Path | None) -> Places:
    """Return the places: the store given, else $SPECC_STORE, else `.specc/store`.

    Raises:
        CommandFault: the folder of overrides is not there, or there can be no store at its location.
    """
    chosen = store or os.environ.get(STORE) or DEFAULT_STORE
    remedy = f"name a folder with --store or ${STORE}"
    try:
        folder = local_folder(chosen).absolute()
    except StoreError as fault:
        raise CommandFault(Exit.USAGE, fault.message, place=fault.place, remedy=fault.remedy) from fault
    if folder.exists() and not folder.is_dir():
        raise CommandFault(Exit.USAGE, f"the store {folder} is not a folder", remedy=remedy)
    if overrides is not None and not overrides.is_dir():
        raise CommandFault(Exit.USAGE, f"there is no folder {overrides}", remedy="correct `--sources DIR`")
    location = tidy(chosen) if is_elsewhere(chosen) else str(folder)
    return Places(location, folder, None if overrides is None else overrides.absolute())
