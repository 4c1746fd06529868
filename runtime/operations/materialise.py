"""`materialise`: variables that the engine computes, for the whole frame, by chunks of households in processes of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
from compiler.plan import ENTITIES

from runtime.engine.materialise import materialise
from runtime.engine.request import Request
from runtime.task import Task


def run(task: Task) -> None:
    """Write every requested variable as a column of its entity. Finished chunks outlive a failure."""
    parameters, engine = task.parameters, task.node.engine or {}
    work = task.surroundings.chunks / task.node.key
    inputs, output = work / "inputs", work / "output"
    _write_inputs(task, inputs)
    variables = tuple(name for names in task.node.outputs.values() for name in names)
    request = Request(
        engine=engine["name"], engine_version=engine["version"], period=parameters["period"], inputs=inputs, variables=variables,
        households_per_chunk=parameters["hints"]["households_per_chunk"], workers=parameters["hints"]["workers"], output=output,
    )  # fmt: skip
    materialise(request, task.progress)
    for entity, names in task.node.outputs.items():
        table = pl.read_parquet(output / f"{entity}.parquet")
        for name in names:
            task.write_column(entity, table[name])
    shutil.rmtree(work)


def _write_inputs(task: Task, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    reader = task.frame()
    for entity in ENTITIES:
        reader.table(entity).write_parquet(folder / f"{entity}.parquet")
