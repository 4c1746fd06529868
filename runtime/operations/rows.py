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
from runtime.frames import membership
from runtime.operations.references import offset_of, write_references

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.frames import FrameReader
    from runtime.task import Task

    Booleans = npt.NDArray[np.bool_]
    Integers = npt.NDArray[np.int64]
    Doubles = npt.NDArray[np.float64]


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
    rows = {entity: _rows_of(reader, entity, chosen) for entity in ENTITIES}
    offsets = {entity: offset_of(reader, entity, task.parameters.get("offset")) for entity in ENTITIES}
    _write_rows(task, rows, offsets)
    _write_weights(task, chosen)
    write_references(task, rows, offsets)


def _write_rows(task: Task, rows: dict[str, Integers], offsets: dict[str, int]) -> None:
    """Write originals and behind them the copies, either in their order, and the flags."""
    reader, flags = task.frame(), flags_of(task.parameters["flag"])
    for entity, copied in rows.items():
        ids = reader.ids(entity)
        shift = {f"{entity}_id": offsets[entity]}
        if entity == "person":
            shift |= {membership(group): offsets[group] for group in GROUPS}
        copy = ids[copied].with_columns(pl.col(name) + offset for name, offset in shift.items())
        task.write_rows(entity, pl.concat([ids, copy]), np.concatenate([np.arange(ids.height), copied]))
        if entity in flags:
            flag = np.repeat([False, True], [ids.height, len(copied)])
            task.write_column(entity, pl.Series(flags[entity], flag))


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
    for name in parameters.get("weights", ()):
        _write_weight(task, name, chosen, share)
    task.notes.update({"original_weight_sum": exact_sum(weights), "households": stored.len()})


def _shared(weights: Doubles, chosen: Booleans, share: float) -> Doubles:
    """Return the weights of all households, and then of the copies, which take a share of their twins'."""
    kept = np.where(chosen, weights * (1 - share), weights)
    return np.concatenate([kept, weights[chosen] * share])


def _write_weight(task: Task, name: str, chosen: Booleans, share: float) -> None:
    """Write a further weight, of whatever entity: copies share it as they share that of households."""
    reader = task.frame()
    entity = reader.entity_of[name]
    values, copied = reader.column(name), chosen[reader.household_of(entity)]
    factor = pl.Series(np.where(copied, 1 - share, 1.0))
    copies = values.filter(pl.Series(copied)) * share
    task.write_column(entity, pl.concat([values * factor, copies]).alias(name))
