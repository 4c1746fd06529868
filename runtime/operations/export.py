"""`export`: the dataset as others read it, a PolicyEngine file and one Parquet file an entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from compiler.plan import ENTITIES, GROUPS

from runtime.engine.catalog import Facts
from runtime.engine.dataset import write_dataset
from runtime.frames import FrameReader, membership
from runtime.task import Task


def run(task: Task) -> None:
    """Write the files of the export."""
    parameters, reader = task.parameters, task.frame()
    if parameters["parquet"]:
        folder = task.folder / parameters["parquet"]
        folder.mkdir()
        for entity in ENTITIES:
            table = reader.table(entity)
            wanted = [name for name in table.columns if name.endswith("_id") or name in parameters["columns"]]
            table.select(wanted).write_parquet(folder / f"{entity}.parquet")
    if parameters["policyengine"]:
        columns = _structure(reader) | {name: reader.column(name).to_numpy() for name in parameters["variables"]}
        write_dataset(task.folder / parameters["policyengine"], columns, period=parameters["period"], catalog=_catalog(task))


def _structure(reader: FrameReader) -> dict[str, npt.NDArray[Any]]:
    ids = {entity: reader.ids(entity) for entity in ENTITIES}
    columns = {f"{entity}_id": _integers(ids[entity][f"{entity}_id"]) for entity in ENTITIES}
    return columns | {membership(group): _integers(ids["person"][membership(group)]) for group in GROUPS}


def _integers(series: pl.Series) -> npt.NDArray[np.int64]:
    return np.asarray(series.to_numpy(), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _PlannedFacts:
    """The engine facts that the plan carries: the only ones that a build may depend on."""

    variables: Mapping[str, list[Any]]

    def facts(self, name: str) -> Facts:
        entity, type_, period, kind, values = self.variables[name]
        return Facts(name, entity, type_, period, kind, None if values is None else tuple(values))


def _catalog(task: Task) -> _PlannedFacts:
    return _PlannedFacts((task.node.engine or {})["variables"])
