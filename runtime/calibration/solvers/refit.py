"""The last step of solvers that choose records: `dual` calibrates those chosen, and each keeps a weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.calibration.problem import gross_estimate

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Limits, Solved
    from runtime.calibration.solvers.regularised import Regularised

    Doubles = NDArray[np.float64]
    Rows = NDArray[np.int64]

LOWEST = 1e-4
"""The least ratio of a chosen record's weight to what it stands for: it was chosen, so it keeps a weight."""


@dataclass(frozen=True, slots=True)
class Refitted:
    """Weights of all records, of which only the chosen have one, and what came of the refit.

    Attributes:
        solved: with `weights` of all records.
        lost: the facts that no chosen record carries, by number: nothing can be done about them.
    """

    solved: Solved
    lost: tuple[int, ...]


def refit(
    problem: Problem, chosen: Rows, start: Doubles, limits: Limits, how: Regularised, random: Generator
) -> Refitted:
    """Calibrate the chosen records, each from the weight it stands for.

    Args:
        problem: of all records.
        chosen: row numbers, ascending.
        start: (chosen,) what each stands for, > 0.
        limits: the bounds on ratios are of these start weights.
        how: distance and penalty.
        random: nothing is drawn from it.
    """
    low, high = limits.ratios or (0.0, np.inf)
    bounds = replace(limits, ratios=(max(low, LOWEST), high))
    kept = replace(problem, matrix=problem.matrix[chosen], start=start)
    carried = gross_estimate(kept) > 0
    solved = how.solve(kept if carried.all() else _only(kept, np.flatnonzero(carried)), bounds, random)
    weights = np.zeros(len(problem.start))
    weights[chosen] = solved.weights
    lost = tuple(int(fact) for fact in np.flatnonzero(~carried))
    return Refitted(replace(solved, weights=weights, multipliers=np.zeros(len(problem.targets))), lost)


def told(problem: Problem, refitted: Refitted) -> dict[str, Any]:
    """Return what the refit has to say, as plain JSON values."""
    names = problem.names or tuple(f"fact {number}" for number in range(len(problem.targets)))
    gap = refitted.solved.relative_gap
    return {
        "refit_steps": refitted.solved.iterations,
        "refit_gap": gap,
        "lost_facts": [names[fact] for fact in refitted.lost],
    }


def positive(problem: Problem, records: int, kind: str) -> Rows:
    """Return the records with a start weight, of which a number is to be chosen.

    Raises:
        ValueError: there are fewer.
    """
    rows = np.flatnonzero(problem.start > 0)
    if records > len(rows):
        raise ValueError(
            f"{kind} is to choose {records:,} records, and only {len(rows):,} have a start weight above 0; "
            f"write `records: {len(rows)}` or fewer"
        )
    return rows


def _only(problem: Problem, facts: Rows) -> Problem:
    """Return the problem with some of its facts."""
    matrix = problem.matrix[:, facts].tocsr()
    matrix.sort_indices()
    matrix.indices = matrix.indices.astype(np.int32)
    return replace(
        problem,
        matrix=matrix,
        targets=problem.targets[facts],
        tolerance=None if problem.tolerance is None else problem.tolerance[facts],
        importance=None if problem.importance is None else problem.importance[facts],
        names=None if problem.names is None else tuple(problem.names[fact] for fact in facts),
        exact=None if problem.exact is None else problem.exact[facts],
    )
