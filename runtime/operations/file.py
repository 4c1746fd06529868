"""`file`: a source's bytes, fetched from where its locator says and held to their digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.fetch.bring import bring
from runtime.stand_ins import parts_of

if TYPE_CHECKING:
    from runtime.task import Task

DATA = "data"


def run(task: Task) -> None:
    """Fetch the file into the store; several files become one table.

    Raises:
        FetchError: it cannot be had, or its bytes are not the pinned ones.
    """
    where = task.surroundings
    bring(parts_of(task.parameters, where), where.cache, where.overrides, task.folder / DATA)
