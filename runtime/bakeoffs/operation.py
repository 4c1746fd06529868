"""`bakeoff`: one cell, a method that learns from all folds but one and is scored on that one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from runtime.bakeoffs.donors import read_donors
from runtime.bakeoffs.held_out import hold_out
from runtime.bakeoffs.scores import Scored, scores
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.bakeoffs.donors import Donors
    from runtime.bakeoffs.held_out import HeldOut
    from runtime.imputation.protocol import Floats, Rows
    from runtime.task import Task

OPERATION = ("bakeoff", 1)
SCORES = "scores.json"


def run(task: Task) -> None:
    """Hold a fold out, learn, draw and score; write `scores.json`.

    Raises:
        NodeFailed: donors that cannot be divided or read.
        ValueError: donors that the method cannot learn from, or a draw that is not what it promises.
    """
    donors = read_donors(task)
    held = hold_out(donors, task.parameters)
    found = scores(_scored(task, donors, held), task.parameters["metrics"])
    sizes = {"donors": len(held.taught), "recipients": len(held.rows), "draws": len(held.drawn)}
    task.write_json(SCORES, {**sizes, "metrics": found})


def _scored(task: Task, donors: Donors, held: HeldOut) -> Scored:
    parameters = task.parameters
    return Scored(
        names=donors.names,
        truth=donors.targets[held.rows],
        drawn=held.drawn,
        weights=held.weights,
        known=_known(donors, held.rows),
        known_names=tuple(donors.known),
        units=donors.units[held.rows],
        taught=np.column_stack([_known(donors, held.taught), donors.targets[held.taught]]),
        taught_weights=held.taught_weights,
        settings={"rare_cells": parameters["rare_cells"], "prdc": parameters["prdc"]},
        random=partial(stream, parameters["seed"], parameters["stream"], "metrics", str(parameters["fold"])),
    )


def _known(donors: Donors, rows: Rows) -> Floats:
    return np.column_stack([column[rows] for column in donors.known.values()])
