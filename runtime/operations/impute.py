"""`impute`: one block of targets, fitted on the donor and drawn for the recipients."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.frames import FrameReader
from runtime.imputation.registry import imputer
from runtime.sql import quoted
from runtime.task import Task

Mask = npt.NDArray[np.bool_]


def run(task: Task) -> None:
    """Fit the block's model, draw, and write the targets and the donors they come from."""
    parameters = task.parameters
    donor, recipient = _read(task, "donor"), _read(task, "recipient")
    giving, receiving = _chosen(donor), _chosen(recipient)
    if not giving.any():
        raise NodeFailed("no donor is left", place=task.node.address, remedy=f"check `where: {parameters['where']}`")
    flag = _flag(task, recipient)
    if flag is not None and set(parameters["halves"]["clone_only"]) == set(parameters["targets"]):
        receiving = receiving & flag
    model = imputer(parameters["model"]["kind"], **{k: v for k, v in parameters["model"].items() if k != "kind"})
    targets = donor.select(parameters["targets"]).to_numpy().astype(np.float64)[giving]
    fitted = model.fit(_predictors(task, donor, giving), targets, _weights(task, donor, giving), task.stream("fit"))
    draw = fitted.sample(_predictors(task, recipient, receiving), task.stream("draw"))
    for position, name in enumerate(parameters["targets"]):
        own = recipient[name] if flag is not None and name in parameters["halves"]["clone_only"] else None
        column = _placed(draw.values[0, :, position], receiving, own, flag)
        task.write_column(parameters["entity"], pl.Series(name, column).cast(donor.schema[name]))
    _write_donors(task, None if draw.donors is None else draw.donors[0], giving, receiving)
    task.notes.update({"donors": int(giving.sum()), "recipients": int(receiving.sum())})


def _read(task: Task, role: str) -> pl.DataFrame:
    """Return every column of a role that the block reads, and as `__where` who takes part."""
    parameters, reader = task.parameters, task.frame(role)
    names = [*parameters["predictors"]]
    if role == "donor":
        names += parameters["targets"] + ([parameters["weight"]] if parameters["weight"] else [])
    elif parameters["halves"]:
        names += [parameters["halves"]["flag"], *parameters["halves"]["clone_only"]]
    expressions = {name: quoted(name) for name in dict.fromkeys(names)}
    return evaluate(reader, parameters["entity"], expressions | {"__where": parameters["where"] or "true"})


def _chosen(table: pl.DataFrame) -> Mask:
    return table["__where"].fill_null(value=False).to_numpy()


def _flag(task: Task, recipient: pl.DataFrame) -> Mask | None:
    halves = task.parameters["halves"]
    return None if halves is None else recipient[halves["flag"]].to_numpy()


def _predictors(task: Task, table: pl.DataFrame, rows: Mask) -> npt.NDArray[np.float32]:
    columns = [table[name].cast(pl.Float32).to_numpy() for name in task.parameters["predictors"]]
    return np.ascontiguousarray(np.column_stack(columns)[rows], dtype=np.float32)


def _weights(task: Task, donor: pl.DataFrame, rows: Mask) -> npt.NDArray[np.float64]:
    name = task.parameters["weight"]
    return np.ones(int(rows.sum())) if name is None else donor[name].to_numpy()[rows].astype(np.float64)


def _placed(drawn: npt.NDArray[np.float64], receiving: Mask, own: pl.Series | None, flag: Mask | None) -> npt.NDArray[np.float64]:
    """Put drawn values where they belong: elsewhere is zero, and a half that keeps its own values keeps them."""
    column = np.zeros(len(receiving))
    column[receiving] = drawn
    if own is None or flag is None:
        return column
    return np.where(flag, column, own.to_numpy())


def _write_donors(task: Task, donors: npt.NDArray[np.int64] | None, giving: Mask, receiving: Mask) -> None:
    entity, name = task.parameters["entity"], task.parameters["donor_column"]
    ids = np.zeros(len(receiving), dtype=np.int64)
    if donors is not None:
        ids[receiving] = _entity_ids(task.frame("donor"), entity)[giving][donors]
        task.notes["donors_used"] = int(len(np.unique(donors)))
    column = pl.Series(name, ids)
    task.write_column(entity, column.set(pl.Series(ids == 0), None))


def _entity_ids(reader: FrameReader, entity: str) -> npt.NDArray[np.int64]:
    return reader.ids(entity)[f"{entity}_id"].to_numpy()
