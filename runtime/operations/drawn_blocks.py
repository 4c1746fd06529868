"""A block's model fitted to donors and drawn from for recipients, by class where the spec has classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.imputation.inputs import check_chosen, check_draw
from runtime.imputation.protocol import Copying, Reporting

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt
    import polars as pl

    from runtime.imputation.encoding import PredictorCodes, TargetCodes
    from runtime.imputation.protocol import Floats, Imputer, Predictors, Rows
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


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw of a block for m recipients.

    Where a method names the donors that it copies, their rows are all that is held: all targets of millions
    of recipients at once would need a hundred times the memory.

    Attributes:
        given: (n, t) the donors' targets.
        donors: (m,) whose targets were copied, by row of `given`; None for a method that copies no donors.
        values: (m, t) targets of a method that draws values; None where they are those of `donors`.
    """

    given: Floats
    donors: Rows | None
    values: Floats | None

    def target(self, number: int) -> Floats:
        """Return (m, 1) what was drawn of one target."""
        if self.values is not None:
            return self.values[:, number, None]
        return self.given[self.donors, number, None]


def draw_block(
    task: Task, model: Imputer, donors: Giving, recipients: Predictors, classes: Strings | None
) -> Drawn:
    """Fit and draw; what the fit has to say of itself goes into the notes. For nobody nothing is fitted.

    Raises:
        NodeFailed: nobody gives to a class.
        ValueError: donors that the model cannot learn from, or a draw that is not what was promised.
    """
    if len(recipients) == 0:
        return Drawn(donors.targets, np.zeros(0, dtype=np.int64), None)
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
) -> tuple[Drawn, dict[str, Any]]:
    """Fit and draw, each class by itself; return the draw and what fits have to say of themselves.

    `names` are those of the random stream, below that of the node.

    Raises:
        NodeFailed: nobody gives to a class.
        ValueError: donors that the model cannot learn from, or a draw that is not what was promised.
    """
    if classes is None or donors.classes is None:
        return _draw_class(task, model, donors, recipients, names)
    parts, reports = [], {}
    for name in sorted(set(classes)):
        giving, taking = np.flatnonzero(donors.classes == name), np.flatnonzero(classes == name)
        if not len(giving):
            remedy = "name fewer variables under `within:`, or coarser ones"
            raise NodeFailed(f"nobody gives to the class {name}, of {len(taking)} recipients", remedy=remedy)
        own = donors.only(giving)
        drawn, reports[name] = _draw_class(task, model, own, recipients[taking], names, name)
        parts.append((giving, taking, drawn))
    said = {name: report for name, report in reports.items() if report}
    return _together(donors.targets, len(recipients), parts), {"within": said} if said else {}


def _together(given: Floats, recipients: int, parts: list[tuple[Rows, Rows, Drawn]]) -> Drawn:
    """Put together what classes drew: each with its rows among donors and among recipients."""
    whose, values = None, None
    if all(drawn.donors is not None for _, _, drawn in parts):
        whose = np.zeros(recipients, dtype=np.int64)
        for giving, taking, drawn in parts:
            whose[taking] = giving[drawn.donors]
    if any(drawn.values is not None for _, _, drawn in parts):
        values = np.zeros((recipients, given.shape[1]))
        for _, taking, drawn in parts:
            values[taking] = np.hstack([drawn.target(number) for number in range(given.shape[1])])
    return Drawn(given, whose, values)


def _draw_class(
    task: Task,
    model: Imputer,
    donors: Giving,
    recipients: Predictors,
    names: tuple[str, ...],
    *name: str,
) -> tuple[Drawn, dict[str, Any]]:
    fit, drawing = task.stream(*names, "fit", *name), task.stream(*names, "draw", *name)
    fitted = model.fit(donors.predictors, donors.targets, donors.weights, fit)
    report = fitted.report() if isinstance(fitted, Reporting) else {}
    if isinstance(fitted, Copying):
        chosen = fitted.choose(recipients, drawing)
        check_chosen(chosen, (1, len(recipients)), donors.weights)
        return Drawn(donors.targets, chosen[0], None), report
    draw = fitted.sample(recipients, drawing)
    check_draw(draw, (1, len(recipients), donors.targets.shape[1]), donors.weights)
    donor = None if draw.donors is None else draw.donors[0]
    return Drawn(donors.targets, donor, draw.values[0]), report | draw.notes
