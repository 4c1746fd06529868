"""Targets drawn one after another, each conditioned on those before it, each with random numbers of its own.

The joint distribution of a block is the product of each target's distribution given the predictors and the
targets before it (sequential regression: Raghunathan, Lepkowski, van Hoewyk and Solenberger 2001, "A
multivariate technique for multiply imputing missing values", Survey Methodology 27(1)). What one target is
learnt by is a `Learner`; the chain does the rest, the same for all of them:

* A target's random numbers are derived from its name, so that they are the same whatever other targets are
  drawn, and no two targets share a quantile row by row.
* Donors of weight zero are left out before anything is learnt.
* A target that all donors agree on is given to all as it is, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from runtime.imputation.inputs import check_donors, check_recipients
from runtime.imputation.protocol import Draw
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Predictors


class Drawer(Protocol):
    """The distribution of one target given what is known of a row."""

    def draw(self, known: Predictors, rng: Generator) -> Floats:
        """Draw (m,) values, one for each row of (m, p); NaN is missing; m may be 0."""
        ...

    def report(self) -> dict[str, Any]:
        """Return what the fit found, as plain JSON values; nothing where there is nothing to say."""
        ...


class Learner(Protocol):
    """How one target is learnt."""

    def fit(self, known: Predictors, target: Floats, weights: Floats, rng: Generator) -> Drawer:
        """Learn (n,) values from (n, p) predictors and earlier targets; all weights are positive."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A target with a single value."""

    value: float

    def draw(self, known: Predictors, rng: Generator) -> Floats:  # noqa: ARG002 - nothing is random here
        """Return the value for every row."""
        return np.full(len(known), self.value)

    def report(self) -> dict[str, Any]:
        """Return the value."""
        return {"constant": self.value}


def learnt(learner: Learner, known: Predictors, target: Floats, weights: Floats, rng: Generator) -> Drawer:
    """Fit a learner, unless there is but one value to draw."""
    if (target == target[0]).all():
        return Constant(float(target[0]))
    return learner.fit(known, target, weights, rng)


@dataclass(frozen=True, slots=True)
class FittedChain:
    """What draws each target, in order, by name; and the number of predictors the first was given."""

    drawers: dict[str, Drawer]
    columns: int

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Draw each target in turn; see `runtime.imputation.protocol.Fitted.sample`.

        Beyond the result it needs the recipients' predictors and one draw of the targets once more.
        """
        check_recipients(predictors, self.columns, draws)
        root = int(rng.integers(0, 2**63))
        return Draw(np.stack([self._one(predictors, root, str(draw)) for draw in range(draws)]), donors=None)

    def report(self) -> dict[str, Any]:
        """Return what was found of each target that has something to say."""
        said = {name: drawer.report() for name, drawer in self.drawers.items()}
        return {name: report for name, report in said.items() if report}

    def _one(self, predictors: Predictors, root: int, draw: str) -> Floats:
        drawn, known = np.empty((len(predictors), len(self.drawers))), predictors
        for column, (name, drawer) in enumerate(self.drawers.items()):
            drawn[:, column] = drawer.draw(known, stream(root, name, draw))
            known = _append(known, drawn[:, column])
        return drawn


def fit_chain(
    learner: Learner,
    names: tuple[str, ...],
    predictors: Predictors,
    targets: Floats,
    weights: Floats,
    rng: Generator,
) -> FittedChain:
    """Fit one learner a target, in the order given; see `runtime.imputation.protocol.Imputer.fit`.

    Args:
        learner: how each target is learnt.
        names: (t,) names of the targets, from which their random numbers are derived; empty: their positions.
        predictors: (n, p).
        targets: (n, t).
        weights: (n,).
        rng: source of randomness.

    Raises:
        ValueError: donors that nothing can be learnt from, or names that are not one a target.
    """
    check_donors(predictors, targets, weights)
    names = _names(names, targets.shape[1])
    root = int(rng.integers(0, 2**63))
    rows = np.flatnonzero(weights > 0)
    known, drawers = predictors[rows], {}
    for name, target in zip(names, targets[rows].T, strict=True):
        drawers[name] = learnt(learner, known, target, weights[rows], stream(root, name))
        known = _append(known, target)
    return FittedChain(drawers, predictors.shape[1])


def _names(names: tuple[str, ...], columns: int) -> tuple[str, ...]:
    """Return a name a target: two targets of one name would be drawn with the same random numbers."""
    if not names:
        return tuple(str(column) for column in range(columns))
    if len(set(names)) != len(names) or len(names) != columns:
        raise ValueError(
            f"targets must have a name each, but {columns} columns have the names {', '.join(names)}"
        )
    return tuple(names)


def _append(known: Predictors, target: Floats) -> Predictors:
    return np.column_stack([known, target.astype(np.float32)])
