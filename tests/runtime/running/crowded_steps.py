"""A step that runs workers of its own, as the engine's does: what they are together is what it holds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runtime.task import Task


def crowd(task: Task) -> None:
    """Hold so many bytes a worker, and note how many there were; the result does not tell."""
    workers = task.workers or 2
    held = [np.ones(task.parameters["mebibytes"] * 2**20, dtype=np.uint8) for _ in range(workers)]
    time.sleep(1.0)
    with (task.surroundings.cache / "workers").open("a", encoding="utf-8") as file:
        file.write(f"{len(held)}\n")
    task.write_json("report.json", 1)


STEPS = {("materialise", 1): crowd}
