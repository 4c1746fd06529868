"""`sample` and `clone`: steps that define new rows out of the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, GROUPS
from compiler.plan.entities import flags_of
from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.frames import FrameReader, membership

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.task import Task

    Booleans = npt.NDArray[np.bool_]
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
    growth = _growth(weights, weights[chosen])
    task.write_column("household", pl.Series(weight, weights[chosen] * growth))
    if "internal" in task.parameters:  # of a frame whose copies start above their stored weights
        internal = reader.column(task.parameters["internal"]).to_numpy()
        task.write_column("household", pl.Series(task.parameters["internal"], internal[chosen] * growth))
    task.notes["households"] = size


def _growth(before: Doubles, after: Doubles) -> float:
    total = exact_sum(after)
    if total == 0:
        raise NodeFailed("all sampled households have a weight of zero", remedy="take a larger sample")
    return exact_sum(before) / total


def clone(task: Task) -> None:
    """Append a copy of households, whole. One offset an entity shifts ids and the references to them alike.

    All households are copied, or those that `where` holds for; a copy of an earlier clone never is. The flag
    is true on the copies of this clone alone.

    Raises:
        NodeFailed: the ids leave no room for others.
    """
    reader, chosen = task.frame(), _copied(task)
    flags = flags_of(task.parameters["flag"])
    offsets = {entity: _offset(reader, entity) for entity in ENTITIES}
    for entity in ENTITIES:
        ids = reader.ids(entity)
        rows = _rows_of(reader, entity, chosen)
        shift = {f"{entity}_id": offsets[entity]}
        if entity == "person":
            shift |= {membership(group): offsets[group] for group in GROUPS}
        copy = ids[rows].with_columns(pl.col(name) + offset for name, offset in shift.items())
        task.write_rows(entity, pl.concat([ids, copy]), np.concatenate([np.arange(ids.height), rows]))
        if entity in flags:
            flag = np.repeat([False, True], [ids.height, len(rows)])
            task.write_column(entity, pl.Series(flags[entity], flag))
    _write_weights(task, chosen)


def _copied(task: Task) -> Booleans:
    """Return which households are copied."""
    reader, parameters = task.frame(), task.parameters
    chosen = np.ones(reader.count("household"), dtype=np.bool_)
    if "where" in parameters:
        holds = f"coalesce(({parameters['where']})::BOOLEAN, false)"
        chosen &= evaluate(reader, "household", {"copied": holds})["copied"].to_numpy()
    for flag in parameters.get("earlier", ()):
        chosen &= ~reader.column(flag).to_numpy()
    return chosen


def _rows_of(reader: FrameReader, entity: str, chosen: Booleans) -> Integers:
    """Return the rows of an entity that are copied, in their order."""
    if chosen.all():
        return np.arange(reader.count(entity))
    return np.flatnonzero(chosen[reader.household_of(entity)])


def _offset(reader: FrameReader, entity: str) -> int:
    """Return the highest id: added to ids above zero, it gives ids that nobody has."""
    highest = int(reader.ids(entity)[f"{entity}_id"].to_numpy().max())
    if highest >= _HIGHEST:
        raise NodeFailed(
            f"the highest {entity} id, {highest}, leaves no room for a copy",
            remedy=f"give {entity} smaller ids",
        )
    return highest


def _write_weights(task: Task, chosen: Booleans) -> None:
    """Write the stored weights, and those that an optimiser starts from; either keeps its sum."""
    reader, parameters = task.frame(), task.parameters
    weights = reader.column(parameters["weight"]).to_numpy()
    has_start = parameters["internal"] in reader.entity_of
    start = reader.column(parameters["internal"]).to_numpy() if has_start else weights
    share = 0.0 if parameters["stored_weight"] == "zero" else 0.5
    stored = pl.Series(parameters["weight"], _shared(weights, chosen, share))
    internal = pl.Series(parameters["internal"], _shared(start, chosen, parameters["twin"]))
    task.write_column("household", stored)
    task.write_column("household", internal)
    task.notes.update({"original_weight_sum": exact_sum(weights), "households": stored.len()})


def _shared(weights: Doubles, chosen: Booleans, share: float) -> Doubles:
    """Return the weights of all households, and then of the copies, which take a share of their twins'."""
    kept = np.where(chosen, weights * (1 - share), weights)
    return np.concatenate([kept, weights[chosen] * share])
