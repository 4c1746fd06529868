"""Where a build keeps its things: the store, and beside it what was fetched and what is half done."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from specc.exits import Exit
from specc.faults import CommandFault

STORE, DEFAULT_STORE = "SPECC_STORE", ".specc/store"


class Places(NamedTuple):
    """Absolute paths, because steps run in processes of their own. `overrides` stands in for the sources."""

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


def places(store: Path | None, overrides: Path | None) -> Places:
    """Return the places: the store given, else $SPECC_STORE, else `.specc/store`.

    Raises:
        CommandFault: the folder of overrides is not there, or the store is no folder.
    """
    chosen = store or Path(os.environ.get(STORE) or DEFAULT_STORE)
    if chosen.exists() and not chosen.is_dir():
        remedy = f"name a folder with --store or ${STORE}"
        raise CommandFault(Exit.USAGE, f"the store {chosen} is not a folder", remedy=remedy)
    if overrides is not None and not overrides.is_dir():
        raise CommandFault(Exit.USAGE, f"there is no folder {overrides}", remedy="correct `--sources DIR`")
    return Places(chosen.absolute(), None if overrides is None else overrides.absolute())
