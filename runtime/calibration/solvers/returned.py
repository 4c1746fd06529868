"""What a solver returns is what the protocol says, or its fault is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.support import first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Limits, Solved

    Doubles = NDArray[np.float64]

_ROUNDING = 1e-9


def check_solved(name: str, problem: Problem, limits: Limits, solved: Solved) -> None:
    """Refuse weights that break a promise.

    Raises:
        RuntimeError: another number of weights; one that is not finite, negative, out of bounds, or positive
            where the start weight is zero; or another number of records than was chosen.
    """
    weights, start = solved.weights, problem.start
    if weights.shape != start.shape or weights.dtype != np.float64:
        raise RuntimeError(
            f"{name} returned weights {weights.dtype}{weights.shape} for {len(start)} records: a fault of it"
        )
    if len(solved.multipliers) < len(problem.targets):
        raise RuntimeError(f"{name} returned {len(solved.multipliers)} multipliers: a fault of it")
    low, high = _bounds(limits, solved, problem)
    faults = {
        "not finite": ~np.isfinite(weights),
        "negative": (weights < 0) & ~_may_be_negative(limits),
        "positive, where the start weight is zero": (start == 0) & (weights != 0),
        "below its bound": weights < low * (1 - _ROUNDING),
        "above its bound": weights > high * (1 + _ROUNDING),
    }
    for what, culprits in faults.items():
        record = first(culprits)
        if record is not None:
            raise RuntimeError(
                f"{name} returned the weight {weights[record]} of record {record}, {what}: a fault of it"
            )
    kept = int(np.count_nonzero(weights))
    if solved.chosen is not None and kept > solved.chosen:
        raise RuntimeError(f"{name} was to keep {solved.chosen} records and kept {kept}: a fault of it")


def _may_be_negative(limits: Limits) -> np.bool_:
    """Return whether bounds below zero ask for the unbounded linear method of the textbooks."""
    return np.bool_(limits.ratios is not None and limits.ratios[0] < 0)


def _bounds(limits: Limits, solved: Solved, problem: Problem) -> tuple[Doubles, Doubles]:
    """Return the lowest and the highest weight of each record."""
    start = problem.start
    low, high = np.full(len(start), -np.inf), np.full(len(start), np.inf)
    if limits.weights is not None:
        low, high = np.full(len(start), limits.weights[0]), np.full(len(start), limits.weights[1])
    # Who chooses records bounds the ratios to what they stand for once chosen, which only it knows.
    if limits.ratios is not None and solved.chosen is None:
        low, high = np.maximum(low, limits.ratios[0] * start), np.minimum(high, limits.ratios[1] * start)
    return np.where((start > 0) & ((solved.weights > 0) | (solved.chosen is None)), low, 0.0), high
