"""Donors of a block as it learns from them: weighed anew for another draw, without what they lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.imputation.encoding import PredictorCodes, TargetCodes
from runtime.imputation.missing import described, incomplete, sensitivity
from runtime.imputation.on_scales import on_scales, prepared
from runtime.imputation.refit import multipliers
from runtime.imputation.registry import imputer
from runtime.operations.drawn_blocks import Giving, drawn_by_class
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.task import Task

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]
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


def whole_donors(task: Task, donors: pl.DataFrame, weights: Floats) -> Mask:
    """Return which donors lack no target; all, where the spec says nothing of it: the model refuses others.

    Raises:
        NodeFailed: nobody has a target, or nobody has all that a block without completion needs.
    """
    said, targets = task.parameters.get("missing"), task.parameters["targets"]
    lacking = [] if said is None else incomplete(donors, targets)
    for name in lacking:
        if not weights[donors[name].is_not_null().to_numpy()].any():
            raise NodeFailed(f"no donor has a `{name}`", remedy="draw it from another donor, or not at all")
    whole = having_all(donors, lacking)
    if (
        lacking
        and not weights[whole].any()
        and (said == "drop" or task.parameters["model"]["kind"] == "auto")
    ):
        raise NodeFailed(
            f"no donor has all of {', '.join(f'`{name}`' for name in lacking)}",
            remedy="draw them in blocks of their own; by one model they may also be completed",
        )
    return whole


def having_all(donors: pl.DataFrame, names: list[str]) -> Mask:
    """Return who has a value of every one of some columns."""
    if not names:
        return np.ones(donors.height, dtype=np.bool_)
    return donors.select(pl.all_horizontal(pl.col(names).is_not_null())).to_series().to_numpy()


def note_dropped(task: Task, donors: pl.DataFrame, weights: Floats, whole: Mask) -> None:
    """Note how many donors are dropped, and how means of those who have a target change by it."""
    lacking = incomplete(donors, task.parameters["targets"])
    has = {name: donors[name].is_not_null().to_numpy() for name in lacking}
    task.notes["missing"] = {
        "dropped": int((~whole).sum()),
        "dropped_share": exact_sum(weights[~whole]) / exact_sum(weights),
        "means": {
            name: {"complete": described(donors[name], weights, has[name]),
                   "kept": described(donors[name], weights, whole)}
            for name in lacking
        },
    }  # fmt: skip


def completed(
    task: Task, donors: pl.DataFrame, weights: Floats, classes: Strings | None, model: Mapping[str, Any]
) -> pl.DataFrame:
    """Return donors with what they lack drawn by the model, and note what that means.

    Raises:
        NodeFailed: nobody gives to a class.
    """
    said, lacking = task.parameters["missing"], incomplete(donors, task.parameters["targets"])
    drawing = _Drawing(task, weights, classes, model)
    found = _completed(drawing, donors, lacking)
    compared = sensitivity(donors, found, weights, lacking, said["delta"])
    task.notes["missing"] = {"completed": compared, "order": lacking, "rounds": _rounds(said, lacking)}
    return found


def _rounds(said: dict[str, Any], lacking: list[str]) -> int:
    """Return how often targets are gone through: one alone depends on no other that is missing."""
    return int(said["rounds"]) if len(lacking) > 1 else 1


def _completed(drawing: _Drawing, donors: pl.DataFrame, lacking: list[str]) -> pl.DataFrame:
    """Draw what donors lack, target by target: by predictors and by the other targets as they then are.

    In the first round a target that is still to come tells nothing (van Buuren and Groothuis-Oudshoorn 2011,
    "mice: Multivariate Imputation by Chained Equations in R", Journal of Statistical Software 45(3)).
    """
    parameters = drawing.task.parameters
    said, known = parameters["missing"], [name for name in parameters["targets"] if name not in lacking]
    marks = [donors[name].is_null().alias(_mark(name)) for name in lacking] if said["indicators"] else []
    table = donors.with_columns(marks)
    for number in range(1, _rounds(said, lacking) + 1):
        for name in lacking:
            by = [*parameters["predictors"], *(other for other in known if other != name)]
            by += [_mark(other) for other in lacking if said["indicators"] and other != name]
            gaps = donors[name].is_null().to_numpy()
            drawn = drawing.drawn(table, name, by, gaps, number)
            table = table.with_columns(_filled(donors[name], gaps, drawn))
            known += [] if name in known else [name]
    return table.select(donors.columns)


def _mark(name: str) -> str:
    return f"no {name}"


def _filled(column: pl.Series, gaps: Mask, drawn: pl.Series) -> pl.Series:
    place = np.zeros(len(gaps), dtype=np.int64)
    place[gaps] = np.arange(drawn.len())
    return column.zip_with(~pl.Series(gaps), drawn.gather(place)).alias(column.name)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Who is drawn from, and by what."""

    task: Task
    weights: Floats
    classes: Strings | None
    model: Mapping[str, Any]

    def drawn(self, table: pl.DataFrame, name: str, by: list[str], gaps: Mask, number: int) -> pl.Series:
        """Draw one target for those who lack it, from those who have it."""
        method, block = imputer(targets=[name], **self.model), self.task.parameters
        giving, taking = table.filter(pl.Series(~gaps)), table.filter(pl.Series(gaps))
        predictors = PredictorCodes.of(giving, by, method.capabilities)
        targets = TargetCodes.of(giving, [name], method.capabilities)
        model = on_scales(method, {**prepared(block), "targets": [name]}, predictors.places)
        theirs, ours = (None, None) if self.classes is None else (self.classes[~gaps], self.classes[gaps])
        known = predictors.encode(giving, "donors"), targets.encode(giving), self.weights[~gaps]
        wanted = predictors.encode(taking, f"donors without `{name}`")
        names = ("missing", name, str(number))
        draw, _ = drawn_by_class(self.task, model, Giving(*known, theirs), wanted, ours, *names)
        return targets.decode(draw.target(0))[0]
