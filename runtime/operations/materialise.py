"""`materialise`: variables that the engine computes, for the whole frame, by chunks of households."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from compiler.plan import ENTITIES
from runtime.engine.materialise import materialise
from runtime.engine.request import Request
from runtime.operations.complete import refuse_missing
from runtime.tables import stored

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.task import Task


def run(task: Task) -> None:
    """Write every requested variable as a column of its entity. Finished chunks outlive a failure.

    Raises:
        NodeFailed: an engine input has a missing value.
        EngineError: as `runtime.engine.materialise`.
    """
    work = task.surroundings.chunks / task.node.key
    _write_inputs(task, work / "inputs")
    request = _request(task, work)
    materialise(request, task.progress)
    for entity, names in task.node.outputs.items():
        table = stored(request.output / f"{entity}.parquet")
        for name in names:
            task.write_column(entity, table[name])
    shutil.rmtree(work)


def _request(task: Task, work: Path) -> Request:
    engine, hints = task.node.engine or {}, task.parameters["hints"]
    return Request(
        engine=engine["name"],
        engine_version=engine["version"],
        period=task.parameters["period"],
        inputs=work / "inputs",
        variables=tuple(name for names in task.node.outputs.values() for name in names),
        households_per_chunk=hints["households_per_chunk"],
        workers=min(hints["workers"], task.workers or hints["workers"]),
        output=work / "output",
    )


def _write_inputs(task: Task, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    reader = task.frame()
    for entity in ENTITIES:
        table = reader.table(entity)
        refuse_missing(table)
        table.write_parquet(folder / f"{entity}.parquet")
