"""Penalised calibration solved in its dual: one smooth convex problem with as many unknowns as facts.

Primal, with s the start weights, S their sum, d a distance of `distance.py` and misses
m_j = (sum_i A_ij w_i - t_j) / scale_j:

    minimise over w   (1/S) sum_i s_i d(w_i / s_i)  +  sum_j m_j^2 / (2 allowance_j)

The distance is that of Deville & Sarndal (1992, JASA 87:376-382); meeting facts softly at a quadratic cost
is penalised or ridge calibration (Rao & Singh 1997, Proc. ASA Survey Research Methods; Beaumont & Bocci
2008, Metron 66:5-20), which keeps contradictory and repeated facts harmless. Its Fenchel dual,
minimised by `newton.py`, is

    D(lambda) = sum_i (s_i/S) G(u_i) - sum_j (t_j/scale_j) lambda_j + sum_j allowance_j lambda_j^2 / 2,
    u_i = sum_j A_ij (S/scale_j) lambda_j,        w_i = s_i g(u_i).

Both objectives are free of units: neither the units of the facts nor the size of the population matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from runtime.calibration.distance import Distance, Entropy
from runtime.calibration.newton import Path, Reason, minimise, relative_gap
from runtime.calibration.objective import Dual
from runtime.calibration.problem import Problem, check_problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

DEFAULT_PENALTY = 3.0
"""Chosen on evidence: see benchmarks/calibration/RESULTS.md."""


@dataclass(frozen=True)
class DualOptions:
    """How to solve.

    Attributes:
        penalty: relative miss accepted per unit of pull, > 0; smaller meets facts better and moves weights
            more.
        distance: the distance between start and calibrated weights.
        gap_tolerance: the relative duality gap to reach, > 0.
        most_iterations: Newton steps after which to give up, >= 0. Ten or twenty are usual; 1,500 facts of
            few records that contradict each other have taken 150.

    Raises:
        ValueError: an option outside its range.
    """

    penalty: float = DEFAULT_PENALTY
    distance: Distance = field(default_factory=Entropy)
    gap_tolerance: float = 1e-9
    most_iterations: int = 500

    def __post_init__(self) -> None:
        for name in ("penalty", "gap_tolerance"):
            value = getattr(self, name)
            if not 0 < value < np.inf:
                raise ValueError(f"{name} is {value}: must be finite and positive")
        if self.most_iterations < 0:
            raise ValueError(f"most_iterations is {self.most_iterations}: must not be negative")


@dataclass(frozen=True, eq=False)
class Solution:
    """Calibrated weights and the proof of how good they are.

    Attributes:
        weights: (records,) float64, finite, >= 0, in the order and unit of the start weights.
        multipliers: (facts,) the pull of each fact; large ones mark the facts that are hard to reconcile.
        reason: why the solver stopped.
        converged: whether the relative duality gap reached its tolerance.
        iterations: Newton steps taken.
        primal_objective: distance plus penalty at the weights, per unit of start weight.
        dual_objective: a lower bound of it at any weights.
        relative_gap: (primal - dual) / primal, computed without cancellation.
        gaps: the absolute gap before the first and after each step.
    """

    weights: Doubles
    multipliers: Doubles
    reason: Reason
    converged: bool
    iterations: int
    primal_objective: float
    dual_objective: float
    relative_gap: float
    gaps: tuple[float, ...]


def solve(problem: Problem, options: DualOptions | None = None, *, begin: Doubles | None = None) -> Solution:
    """Return the weights closest to the start that meet the facts as well as the penalty asks.

    `begin` are multipliers (facts,) of a problem like this one, from which the answer is near: it is the same
    from wherever the search begins, to the gap that is asked for.

    The result is the same bytes for any number of threads: products add in a fixed order, and BLAS, whose
    rounding depends on its threads, is held to one thread while the solver runs (for the whole process).

    Raises:
        TypeError, ValueError: from `check_problem`, naming the culprit.
    """
    chosen = options or DualOptions()
    check_problem(problem)
    if len(problem.targets) == 0:
        return _untouched(problem)
    with threadpool_limits(limits=1, user_api="blas"):
        dual = Dual.of(problem, chosen.penalty, chosen.distance)
        path = minimise(
            dual, gap_tolerance=chosen.gap_tolerance, most_iterations=chosen.most_iterations, begin=begin
        )
    return _solution(problem, dual, path)


def _solution(problem: Problem, dual: Dual, path: Path) -> Solution:
    end = path.end
    return Solution(
        weights=problem.start * dual.distance.ratio(end.pull),
        multipliers=end.multipliers,
        reason=path.reason,
        converged=path.reason is Reason.GAP,
        iterations=len(path.gaps) - 1,
        primal_objective=dual.primal(end.pull),
        dual_objective=-end.value.dual,
        relative_gap=relative_gap(dual, end),
        gaps=path.gaps,
    )


def _untouched(problem: Problem) -> Solution:
    """No facts: nothing pulls."""
    return Solution(
        weights=problem.start.astype(np.float64),
        multipliers=np.zeros(0),
        reason=Reason.NO_FACTS,
        converged=True,
        iterations=0,
        primal_objective=0.0,
        dual_objective=0.0,
        relative_gap=0.0,
        gaps=(0.0,),
    )
