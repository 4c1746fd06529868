"""A store is opened by its location, here or in another process, on this machine or on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.locations import is_elsewhere, local_folder
from runtime.store.store import Store, log_corrupt, log_differing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime.errors import CorruptArtifact


def open_store(
    location: str | Path,
    *,
    on_corrupt: Callable[[CorruptArtifact], None] = log_corrupt,
    on_differing: Callable[[str, tuple[str, ...]], None] = log_differing,
) -> Store:
    """Open the store at a location: the path of a folder, its `file://` URL, or what fsspec knows.

    What `store.location` says opens the same store from another process; where that is no path, from another
    machine too. Nothing is asked of a store elsewhere yet: `store.ready()` does that.

    Raises:
        StoreError: there can be no store at such a location, or a package for it is not installed.
        OSError: the folder cannot be written to.
    """
    if is_elsewhere(location):
        return _elsewhere(str(location), on_corrupt, on_differing)
    return Store(local_folder(location), on_corrupt=on_corrupt, on_differing=on_differing)


def _elsewhere(
    location: str,
    on_corrupt: Callable[[CorruptArtifact], None],
    on_differing: Callable[[str, tuple[str, ...]], None],
) -> Store:
    # Imported here: a store on this machine needs none of it.
    from runtime.store.elsewhere.place import reach  # noqa: PLC0415
    from runtime.store.elsewhere.store import StoreElsewhere  # noqa: PLC0415

    folder = local_folder(location)
    return StoreElsewhere(reach(location), folder, on_corrupt=on_corrupt, on_differing=on_differing)
