"""`sample` and `clone`: steps that define new rows out of the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, GROUPS
from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.frames import FrameReader, membership

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.task import Task

    Integers = npt.NDArray[np.int64]
    Doubles = npt.NDArray[np.float64]

_HIGHEST = 2**62


def sample(task: Task) -> None:
    """Keep whole households, drawn evenly without replacement; weights grow so that their sum is kept."""
    reader, weight = task.frame(), task.parameters["weight"]
    households = reader.count("household")
    size = max(1, round(households * task.parameters["share"]))
    chosen = np.zeros(households, dtype=bool)
    chosen[task.stream().choice(households, size=size, replace=False)] = True
    for entity in ENTITIES:
        rows = np.flatnonzero(chosen[reader.household_of(entity)])
        task.write_rows(entity, reader.ids(entity)[rows], rows)
    weights = reader.column(weight).to_numpy()
    task.write_column("household", pl.Series(weight, weights[chosen] * _growth(weights, weights[chosen])))
    task.notes["households"] = size


def _growth(before: Doubles, after: Doubles) -> float:
    total = exact_sum(after)
    if total == 0:
        raise NodeFailed("all sampled households have a weight of zero", remedy="take a larger sample")
    return exact_sum(before) / total


def clone(task: Task) -> None:
    """Append a copy of every row. One offset an entity shifts ids and the references to them alike."""
    reader, flag = task.frame(), task.parameters["flag"]
    offsets = {entity: _offset(reader, entity) for entity in ENTITIES}
    for entity in ENTITIES:
        ids = reader.ids(entity)
        shift = {f"{entity}_id": offsets[entity]}
        if entity == "person":
            shift |= {membership(group): offsets[group] for group in GROUPS}
        copy = ids.with_columns(pl.col(name) + offset for name, offset in shift.items())
        task.write_rows(entity, pl.concat([ids, copy]), np.tile(np.arange(ids.height), 2))
        task.write_column(entity, pl.Series(f"{entity}_{flag}", np.repeat([False, True], ids.height)))
    _write_weights(task, reader.column(task.parameters["weight"]).to_numpy())


def _offset(reader: FrameReader, entity: str) -> int:
    """Return the highest id: added to ids above zero, it gives ids that nobody has."""
    highest = int(reader.ids(entity)[f"{entity}_id"].to_numpy().max())
    if highest >= _HIGHEST:
        raise NodeFailed(
            f"the highest {entity} id, {highest}, leaves no room for a copy",
            remedy=f"give {entity} smaller ids",
        )
    return highest


def _write_weights(task: Task, weights: Doubles) -> None:
    parameters, share = task.parameters, task.parameters["twin"]
    is_zero = parameters["stored_weight"] == "zero"
    stored = [weights, np.zeros_like(weights)] if is_zero else [weights / 2, weights / 2]
    internal = [weights * (1 - share), weights * share]
    task.write_column("household", pl.Series(parameters["weight"], np.concatenate(stored)))
    task.write_column("household", pl.Series(parameters["internal"], np.concatenate(internal)))
    task.notes.update({"original_weight_sum": exact_sum(weights), "households": len(weights) * 2})
