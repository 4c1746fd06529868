"""A block's model fitted to donors and drawn from for recipients, by class where the spec has classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.imputation.inputs import check_draw
from runtime.imputation.protocol import Draw, Reporting

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt
    import polars as pl

    from runtime.imputation.encoding import PredictorCodes, TargetCodes
    from runtime.imputation.protocol import Floats, Imputer, Predictors
    from runtime.task import Task

    Strings: TypeAlias = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Giving:
    """Donors: predictors (n, p), targets (n, t), weights (n,), and (n,) the class of each or None."""

    predictors: Predictors
    targets: Floats
    weights: Floats
    classes: Strings | None = None

    def only(self, rows: npt.NDArray[np.int64]) -> Giving:
        """Return some donors, of one class."""
        return Giving(self.predictors[rows], self.targets[rows], self.weights[rows])


@dataclass(frozen=True, slots=True)
class Told:
    """A model, and how predictors and targets are told to it."""

    model: Imputer
    predictors: PredictorCodes
    targets: TargetCodes

    def giving(self, donors: pl.DataFrame, weights: Floats, classes: Strings | None) -> Giving:
        """Return donors as the model sees them."""
        return Giving(self.predictors.encode(donors, "donors"), self.targets.encode(donors), weights, classes)


def draw_block(
    task: Task, model: Imputer, donors: Giving, recipients: Predictors, classes: Strings | None
) -> Draw:
    """Fit and draw; what the fit has to say of itself goes into the notes.

    Raises:
        NodeFailed: nobody gives to a class.
        ValueError: donors that the model cannot learn from, or a draw that is not what was promised.
    """
    draw, report = drawn_by_class(task, model, donors, recipients, classes)
    if report:
        task.notes["model"] = report
    return draw


def drawn_by_class(
    task: Task,
    model: Imputer,
    donors: Giving,
    recipients: Predictors,
    classes: Strings | None,
    *names: str,
) -> tuple[Draw, dict[str, Any]]:
    """Fit and draw, each class by itself; return the draw and what fits have to say of themselves.

    `names` are those of the random stream, below that of the node.

    Raises:
        NodeFailed: nobody gives to a class.
        ValueError: donors that the model cannot learn from, or a draw that is not what was promised.
    """
    if classes is None or donors.classes is None:
        return _draw_class(task, model, donors, recipients, names)
    values = np.zeros((1, len(recipients), donors.targets.shape[1]))
    whose, is_known, reports = np.zeros((1, len(recipients)), dtype=np.int64), True, {}
    for name in sorted(set(classes)):
        giving, taking = np.flatnonzero(donors.classes == name), np.flatnonzero(classes == name)
        if not len(giving):
            remedy = "name fewer variables under `within:`, or coarser ones"
            raise NodeFailed(f"nobody gives to the class {name}, of {len(taking)} recipients", remedy=remedy)
        own = donors.only(giving)
        draw, reports[name] = _draw_class(task, model, own, recipients[taking], names, name)
        values[:, taking] = draw.values
        is_known = is_known and draw.donors is not None
        if draw.donors is not None:
            whose[:, taking] = giving[draw.donors]
    said = {name: report for name, report in reports.items() if report}
    return Draw(values, whose if is_known else None), {"within": said} if said else {}


def _draw_class(
    task: Task,
    model: Imputer,
    donors: Giving,
    recipients: Predictors,
    names: tuple[str, ...],
    *name: str,
) -> tuple[Draw, dict[str, Any]]:
    fit, drawing = task.stream(*names, "fit", *name), task.stream(*names, "draw", *name)
    fitted = model.fit(donors.predictors, donors.targets, donors.weights, fit)
    draw = fitted.sample(recipients, drawing)
    check_draw(draw, (1, len(recipients), donors.targets.shape[1]), donors.weights)
    return draw, (fitted.report() if isinstance(fitted, Reporting) else {}) | draw.notes
