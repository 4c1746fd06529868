"""Damped Newton for the dual: directions, Armijo steps, the duality gap as proof of arrival."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.directions import Directions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.calibration.objective import Dual, Value

    Doubles = NDArray[np.float64]

ARMIJO = 1e-4
"""Share of the decrease promised by the slope that a step must deliver (Nocedal & Wright 2006, sec. 3.1)."""

SHORTEST = 2.0**-60
"""Step length below which a descent direction is given up."""


class Reason(StrEnum):
    """Why the solver stopped."""

    NO_FACTS = "no facts: the start weights are the answer"
    GAP = "the duality gap is below the tolerance"
    ITERATIONS = "the limit of iterations was reached"
    STALLED = "no further decrease in float64"


@dataclass(frozen=True, eq=False)
class Point:
    """Multipliers (facts,), the pulls they cause (records,), the objective and gradient there."""

    multipliers: Doubles
    pull: Doubles
    value: Value
    gradient: Doubles


@dataclass(frozen=True, eq=False)
class Path:
    """Where the minimisation ended; `gaps` holds the duality gap at the start and after each iteration."""

    end: Point
    gaps: tuple[float, ...]
    reason: Reason


def minimise(dual: Dual, *, gap_tolerance: float, most_iterations: int, begin: Doubles | None = None) -> Path:
    """Minimise the dual until gap <= gap_tolerance * primal objective.

    It begins at zero multipliers, or at `begin` where the objective is smaller there.
    """
    point, directions = _first(dual, begin), Directions(dual)
    gaps = [dual.gap(point.gradient)]
    while not arrived(dual, point, gap_tolerance):
        if len(gaps) > most_iterations:
            return Path(point, tuple(gaps), Reason.ITERATIONS)
        further = _further(dual, point, directions, math.sqrt(gaps[-1] / gaps[0]))
        if further is None:
            return Path(point, tuple(gaps), Reason.STALLED)
        point = further
        gaps.append(dual.gap(point.gradient))
    return Path(point, tuple(gaps), Reason.GAP)


def _first(dual: Dual, begin: Doubles | None) -> Point:
    nowhere = _evaluate(dual, np.zeros(len(dual.aims)))
    if begin is None:
        return nowhere
    there = _evaluate(dual, begin)
    return there if there.value.dual < nowhere.value.dual else nowhere


def arrived(dual: Dual, point: Point, gap_tolerance: float) -> bool:
    """Say whether the relative duality gap is within the tolerance."""
    return relative_gap(dual, point) <= gap_tolerance


def relative_gap(dual: Dual, point: Point) -> float:
    """Return the duality gap over the primal objective plus the objective of misses too small to see."""
    return dual.gap(point.gradient) / (dual.primal(point.pull) + dual.resolution())


def _evaluate(dual: Dual, multipliers: Doubles) -> Point:
    pull = dual.pulls(multipliers)
    return Point(multipliers, pull, dual.value(multipliers, pull), dual.gradient(multipliers, pull))


def _further(dual: Dual, point: Point, directions: Directions, left: float) -> Point | None:
    """Return a better point, or None if there is none in float64."""
    found = _step(dual, point, directions.at(point.pull, point.gradient, left))
    if found is None and directions.is_rough:
        return _step(dual, point, directions.exact(point.pull, point.gradient))
    return found


def _step(dual: Dual, point: Point, direction: Doubles) -> Point | None:
    """Return a better point along a direction, or None if there is none in float64."""
    along = dual.pulls(direction)
    length = _length(dual, point, direction, along)
    if length is None:
        return None
    # Pulls are recomputed from the multipliers, so that rounding never piles up along the path.
    further = _evaluate(dual, point.multipliers + length * direction)
    stuck = further.value.dual >= point.value.dual and dual.gap(further.gradient) >= dual.gap(point.gradient)
    return None if stuck else further


def _length(dual: Dual, point: Point, direction: Doubles, along: Doubles) -> float | None:
    """Return an Armijo step length by halving, or None.

    Pulls are linear in the length, so a trial costs no product with the matrix. A length at which some weight
    leaves float64 has the objective +inf and is stepped back from like any other.
    """
    slope = float(np.sum(point.gradient * direction))
    length = 1.0
    while length >= SHORTEST:
        trial = dual.value(point.multipliers + length * direction, point.pull + length * along)
        if trial.dual <= point.value.dual + ARMIJO * length * slope + point.value.grain:
            return length
        length /= 2
    return None
