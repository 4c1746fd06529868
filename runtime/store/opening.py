"""A store is opened by its location, here or in another process, on this machine or on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.locations import local_folder
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
    """Open the store at a location: the path of a folder, or its `file://` URL.

    What `store.location` says opens the same store from another process.

    Raises:
        StoreError: there can be no store at such a location.
        OSError: the folder cannot be written to.
    """
    return Store(local_folder(location), on_corrupt=on_corrupt, on_differing=on_differing)
