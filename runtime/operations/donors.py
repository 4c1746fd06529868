"""Donors of a block as it learns from them: weighed anew for another draw, without what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.imputation.encoding import PredictorCodes, TargetCodes
from runtime.imputation.missing import described, incomplete, sensitivity
from runtime.imputation.refit import multipliers
from runtime.imputation.registry import imputer
from runtime.operations.drawn_blocks import Giving, drawn_by_class
from runtime.seeds import stream

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.task import Task

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]
    Rows = npt.NDArray[np.int64]
    Strings = npt.NDArray[np.str_]


def weighed_anew(task: Task, clusters: pl.Series | None, weights: Floats) -> Floats:
    """Return the weights of donors times the numbers of a Bayesian bootstrap; in the first draw as they are.

    Raises:
        NodeFailed: nobody knows with whom some donor was asked.
    """
    refit = task.parameters.get("refit")
    if refit is None or clusters is None:
        return weights
    try:
        found = multipliers(clusters, stream(task.seed, refit["stream"]))
    except ValueError as error:
        raise NodeFailed(str(error), remedy="name another column under `cluster:`") from error
    task.notes["refit"] = {"clusters": clusters.n_unique(), "of": clusters.name}
    return weights * found


def without_missing(
    task: Task, donors: pl.DataFrame, weights: Floats, classes: Strings | None
) -> tuple[pl.DataFrame, Mask]:
    """Return donors that lack no target, and which they are of all: some dropped, or all completed.

    Where the spec says nothing of it they are as they were, and the model refuses what is missing.

    Raises:
        NodeFailed: nobody has a target, or nobody has them all.
    """
    said, targets = task.parameters.get("missing"), task.parameters["targets"]
    everybody = np.ones(donors.height, dtype=np.bool_)
    lacking = [] if said is None else incomplete(donors, targets)
    if said is None or not lacking:
        return donors, everybody
    for name in lacking:
        if not weights[donors[name].is_not_null().to_numpy()].any():
            raise NodeFailed(f"no donor has a `{name}`", remedy="draw it from another donor, or not at all")
    if said == "drop":
        return _dropped(task, donors, weights, lacking)
    found = _completed(task, donors, weights, classes, lacking)
    compared = sensitivity(donors, found, weights, lacking, said["delta"])
    task.notes["missing"] = {"completed": compared, "order": lacking, "rounds": _rounds(said, lacking)}
    return found, everybody


def _dropped(
    task: Task, donors: pl.DataFrame, weights: Floats, lacking: list[str]
) -> tuple[pl.DataFrame, Mask]:
    kept = donors.select(pl.all_horizontal(pl.col(lacking).is_not_null())).to_series().to_numpy()
    if not weights[kept].any():
        raise NodeFailed(
            f"no donor has all of {', '.join(f'`{name}`' for name in lacking)}",
            remedy="write `missing: {impute: {}}`, or draw them in blocks of their own",
        )
    has = {name: donors[name].is_not_null().to_numpy() for name in lacking}
    task.notes["missing"] = {
        "dropped": int((~kept).sum()),
        "dropped_share": float(weights[~kept].sum() / weights.sum()),
        "means": {
            name: {"complete": described(donors[name], weights, has[name]),
                   "kept": described(donors[name], weights, kept)}
            for name in lacking
        },
    }  # fmt: skip
    return donors.filter(pl.Series(kept)), kept


def _rounds(said: dict[str, Any], lacking: list[str]) -> int:
    """Return how often targets are gone through: one alone depends on no other that is missing."""
    return int(said["rounds"]) if len(lacking) > 1 else 1


def _completed(
    task: Task, donors: pl.DataFrame, weights: Floats, classes: Strings | None, lacking: list[str]
) -> pl.DataFrame:
    """Draw what donors lack, target by target: by predictors and by the other targets as they then are.

    In the first round a target that is still to come tells nothing (van Buuren and Groothuis-Oudshoorn 2011,
    "mice: Multivariate Imputation by Chained Equations in R", Journal of Statistical Software 45(3)).
    """
    said, own = task.parameters["missing"], task.parameters["targets"]
    complete = [name for name in own if name not in lacking]
    marks = [donors[name].is_null().alias(_mark(name)) for name in lacking] if said["indicators"] else []
    table, known = donors.with_columns(marks), list(complete)
    for number in range(1, _rounds(said, lacking) + 1):
        for name in lacking:
            by = [*task.parameters["predictors"], *(other for other in known if other != name)]
            by += [_mark(other) for other in lacking if said["indicators"] and other != name]
            gaps = donors[name].is_null().to_numpy()
            drawn = _drawn(task, table, weights, classes, (name, by, gaps, number))
            table = table.with_columns(_filled(donors[name], gaps, drawn))
            known += [] if name in known else [name]
    return table.select(donors.columns)


def _mark(name: str) -> str:
    return f"no {name}"


def _filled(column: pl.Series, gaps: Mask, drawn: pl.Series) -> pl.Series:
    place = np.zeros(len(gaps), dtype=np.int64)
    place[gaps] = np.arange(drawn.len())
    return column.zip_with(~pl.Series(gaps), drawn.gather(place)).alias(column.name)


def _drawn(
    task: Task,
    table: pl.DataFrame,
    weights: Floats,
    classes: Strings | None,
    what: tuple[str, list[str], Mask, int],
) -> pl.Series:
    """Draw one target for those who lack it, from those who have it."""
    name, by, gaps, number = what
    model = imputer(targets=[name], **task.parameters["model"])
    giving, taking = table.filter(pl.Series(~gaps)), table.filter(pl.Series(gaps))
    predictors = PredictorCodes.of(giving, by, model.capabilities)
    targets = TargetCodes.of(giving, [name], model.capabilities)
    theirs, ours = (None, None) if classes is None else (classes[~gaps], classes[gaps])
    donors = Giving(predictors.encode(giving, "donors"), targets.encode(giving), weights[~gaps], theirs)
    known = predictors.encode(taking, f"donors without `{name}`")
    draw, _ = drawn_by_class(task, model, donors, known, ours, "missing", name, str(number))
    return targets.decode(draw.values[0])[0]
