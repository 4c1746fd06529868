"""The weight of every row that a node wrote, where the node reads or writes the weights of its frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from compiler.plan import ENTITIES, WEIGHT, ColumnRef, FrameRef
from runtime.frames import FrameReader
from runtime.names import column_file, rows_file

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from runtime.store import Artifact
    from runtime.task import Task

    Floats = npt.NDArray[np.float64]

_ROLES = ("frame", "recipient", "level_0")


@dataclass(frozen=True)
class _Draft:
    """The files of a node that is not committed yet, read like those of an artifact."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name


class Weigher:
    """Weighs the rows of a finished task. Only what the node declares is read: the rest is not in its key."""

    def __init__(self, task: Task) -> None:
        frame = _frame_after(task)
        own = cast("Artifact", _Draft(task.folder))
        artifacts = {**task.artifacts, task.node.address: own}
        self._reader = None if frame is None else FrameReader(frame, artifacts)
        self._known: dict[str, Floats] = {}

    def weights(self, entity: str) -> Floats | None:
        """Return the weight of each row of an entity, None where the node has nothing to do with weights."""
        if self._reader is None or entity not in ENTITIES:
            return None
        if entity not in self._known:
            of_households = self._reader.column(WEIGHT).to_numpy().astype(np.float64)
            self._known[entity] = of_households[self._reader.household_of(entity)]
        return self._known[entity]


def _frame_after(task: Task) -> FrameRef | None:
    """Return the frame that a task leaves, with the weight in it; None where there is no weight."""
    address, frames = task.node.address, task.node.inputs.frames
    before = next((frames[role] for role in _ROLES if role in frames), FrameRef((), {}))
    defines_rows = all((task.folder / rows_file(entity)).is_file() for entity in ENTITIES)
    rows = (*before.rows, address) if defines_rows else before.rows
    ref = before.columns.get("household", {}).get(WEIGHT)
    if (task.folder / column_file("household", WEIGHT)).is_file():
        ref = ColumnRef(address, len(rows))
    return FrameRef(rows, {"household": {WEIGHT: ref}}) if ref and rows else None
