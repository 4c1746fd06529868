"""`export`: the dataset as others read it, a PolicyEngine file and one Parquet file an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan import ENTITIES, GROUPS
from runtime.engine.dataset import write_dataset
from runtime.engine.facts import EngineFacts
from runtime.frames import FrameReader, membership
from runtime.operations.complete import refuse_missing

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    import polars as pl

    from runtime.task import Task


def run(task: Task) -> None:
    """Write the files of the export.

    Raises:
        NodeFailed: a variable of the PolicyEngine file has a missing value.
        EngineError: as `runtime.engine.dataset`.
    """
    parameters, reader = task.parameters, task.frame()
    if parameters["parquet"]:
        _write_tables(reader, task.folder / parameters["parquet"], set(parameters["columns"]), _start(task))
    if parameters["policyengine"]:
        columns = _structure(reader) | _variables(reader, parameters["variables"])
        path = task.folder / parameters["policyengine"]
        # The plan carries the engine facts that the build depends on; no other copy of them is read.
        facts = EngineFacts((task.node.engine or {})["variables"])
        write_dataset(path, columns, period=parameters["period"], catalog=facts)


def _start(task: Task) -> list[pl.Series]:
    """Return the weights that a calibration starts from, where the tables are to have them."""
    names: dict[str, str] = task.parameters.get("start", {})
    reader = task.frame("start") if names else None
    return [] if reader is None else [reader.column(c).rename(name) for name, c in names.items()]


def _write_tables(reader: FrameReader, folder: Path, columns: set[str], start: list[pl.Series]) -> None:
    """Write every entity with its ids, for persons also those of their groups, and the columns."""
    folder.mkdir()
    for entity in ENTITIES:
        wanted = [name for name in reader.frame.columns.get(entity, {}) if name in columns]
        own = [*(reader.column(name) for name in wanted), *(start if entity == "household" else ())]
        table = reader.ids(entity).with_columns(own)
        table.write_parquet(folder / f"{entity}.parquet")


def _structure(reader: FrameReader) -> dict[str, npt.NDArray[Any]]:
    ids = {f"{entity}_id": reader.ids(entity)[f"{entity}_id"].to_numpy() for entity in ENTITIES}
    persons = reader.ids("person")
    return ids | {membership(group): persons[membership(group)].to_numpy() for group in GROUPS}


def _variables(reader: FrameReader, names: list[str]) -> dict[str, npt.NDArray[Any]]:
    columns = [reader.column(name) for name in names]
    refuse_missing(columns)
    return {column.name: column.to_numpy() for column in columns}
