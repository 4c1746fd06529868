"""`sample` and `clone`: steps that define new rows out of the old ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from compiler.plan import ENTITIES, GROUPS

from runtime.errors import NodeFailed
from runtime.frames import FrameReader, membership
from runtime.task import Task

Integers = npt.NDArray[np.int64]


def sample(task: Task) -> None:
    """Keep whole households, drawn evenly without replacement; weights grow so that their sum is kept."""
    reader, weight = task.frame(), task.parameters["weight"]
    households = reader.count("household")
    size = max(1, round(households * task.parameters["share"]))
    kept = np.sort(task.stream().choice(households, size=size, replace=False))
    chosen = np.zeros(households, dtype=bool)
    chosen[kept] = True
    persons = np.flatnonzero(chosen[reader.positions("household")])
    for entity in ENTITIES:
        rows = persons if entity == "person" else np.unique(reader.positions(entity)[persons])
        task.write_rows(entity, reader.ids(entity)[rows], rows)
    weights = reader.column(weight)
    sampled = weights.gather(kept)
    task.write_column("household", (sampled * (weights.sum() / sampled.sum())).alias(weight))
    task.notes["households"] = size


def clone(task: Task) -> None:
    """Append a copy of every row. One offset an entity shifts ids and the references to them alike."""
    reader, parameters = task.frame(), task.parameters
    offsets = {entity: _offset(task, reader, entity) for entity in ENTITIES}
    for entity in ENTITIES:
        ids = reader.ids(entity)
        shift = {f"{entity}_id": offsets[entity]}
        if entity == "person":
            shift |= {membership(group): offsets[group] for group in GROUPS}
        copy = ids.with_columns(pl.col(name) + offset for name, offset in shift.items())
        task.write_rows(entity, pl.concat([ids, copy]), np.tile(np.arange(ids.height), 2))
        task.write_column(entity, pl.Series(f"{entity}_{parameters['flag']}", np.repeat([False, True], ids.height)))
    _write_weights(task, reader.column(parameters["weight"]).to_numpy())


def _offset(task: Task, reader: FrameReader, entity: str) -> int:
    highest = int(reader.ids(entity)[f"{entity}_id"].to_numpy().max())
    if highest >= 2**62:
        raise NodeFailed(f"the highest {entity} id, {highest}, leaves no room for a copy", place=task.node.address, remedy=f"give {entity} smaller ids")
    return highest


def _write_weights(task: Task, weights: npt.NDArray[np.float64]) -> None:
    parameters, share = task.parameters, task.parameters["twin"]
    stored = [weights, np.zeros_like(weights)] if parameters["stored_weight"] == "zero" else [weights / 2, weights / 2]
    internal = [weights * (1 - share), weights * share]
    task.write_column("household", pl.Series(parameters["weight"], np.concatenate(stored)))
    task.write_column("household", pl.Series(parameters["internal"], np.concatenate(internal)))
    task.notes.update({"original_weight_sum": float(weights.sum()), "households": len(weights) * 2})
