"""`bakeoff`: one cell, a method that learns from all folds but one and is scored on that one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from runtime.bakeoffs.donors import read_donors
from runtime.errors import NodeFailed
from runtime.imputation.encoding import NotEncodable
from runtime.imputation.trials.folds import some
from runtime.imputation.trials.held_out import Trial, hold_out
from runtime.imputation.trials.scored import Scored
from runtime.imputation.trials.scores import scores
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.imputation.trials.held_out import Random
    from runtime.task import Task

OPERATION = ("bakeoff", 2)
SCORES = "scores.json"
_SETTINGS = ("rare_cells", "prdc", "downstream")


def run(task: Task) -> None:
    """Hold a fold out, learn, draw and score; write `scores.json`.

    Raises:
        NodeFailed: donors that cannot be divided, read or told to the method.
        ValueError: donors that the method cannot learn from, or a draw that is not what it promises.
    """
    try:
        _run(task)
    except NotEncodable as error:
        raise NodeFailed(error.message, remedy=error.remedy) from error


def _run(task: Task) -> None:
    parameters, donors = task.parameters, read_donors(task)
    random = partial(stream, parameters["seed"], parameters["stream"])
    if "records" in parameters:
        donors = donors.only(some(donors.units, parameters["records"], random("records")))
    held = hold_out(donors, _trial(parameters, random))
    settings = {name: parameters[name] for name in _SETTINGS if name in parameters}
    drawing = lambda name: random("metrics", str(parameters["fold"]), name)  # noqa: E731
    found = scores(Scored.of(donors, held, settings, drawing), parameters["metrics"])
    sizes = {"donors": len(held.taught), "recipients": len(held.rows), "draws": len(held.drawn)}
    task.write_json(SCORES, {**sizes, "metrics": found})


def _trial(parameters: dict[str, Any], random: Random) -> Trial:
    return Trial(
        model=parameters["model"],
        blocks=parameters["blocks"],
        folds=parameters["folds"]["count"],
        fold=parameters["fold"],
        draws=parameters["draws"],
        random=random,
        sample=parameters.get("sample"),
    )
