"""`file`: a source's bytes, fetched from where its locator says and held to their digest."""

from __future__ import annotations

import shutil

from runtime.fetch import fetch
from runtime.task import Task

DATA = "data"


def run(task: Task) -> None:
    """Fetch the file into the store."""
    sha256 = task.parameters["sha256"]
    about, where = task.surroundings.files[sha256], task.surroundings
    fetched = fetch(about["locator"], sha256, where.cache, where.overrides, bundle=where.bundle, name=about["source"])
    shutil.copyfile(fetched.path, task.folder / DATA)
