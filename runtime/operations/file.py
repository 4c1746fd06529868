"""`file`: a source's bytes, fetched from where its locator says and held to their digest."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from runtime.fetch import fetch

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.task import Task

DATA = "data"


def _folder(bundle: Path | None, beside: str | None) -> Path | None:
    """Return the folder that a path of the spec starts from: the bundle's, or that of one beside it."""
    return bundle if bundle is None or beside is None else bundle.parent / beside


def run(task: Task) -> None:
    """Fetch the file into the store.

    Raises:
        FetchError: it cannot be had, or its bytes are not the pinned ones.
    """
    sha256 = task.parameters["sha256"]
    where, about = task.surroundings, task.surroundings.files[sha256]
    fetched = fetch(
        about["locator"],
        sha256,
        where.cache,
        where.overrides,
        bundle=_folder(where.bundle, about.get("bundle")),
        name=about["source"],
    )
    shutil.copyfile(fetched.path, task.folder / DATA)
