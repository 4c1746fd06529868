"""`dual`: the closest weights to the start, misses penalised (`runtime.calibration.dual`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from runtime.calibration.distance import UNBOUNDED, Logit, bounded
from runtime.calibration.dual import DEFAULT_PENALTY, DualOptions, solve
from runtime.calibration.newton import Reason
from runtime.calibration.solvers.protocol import Capabilities, Measure, Solved

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.calibration.distance import Distance
    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Limits

    Doubles = NDArray[np.float64]

DistanceName = Literal["entropy", "chi_square", "logit"]


@dataclass(frozen=True, slots=True)
class Regularised:
    """The regularised dual.

    Attributes:
        distance: how far weights are from their start; `logit` takes `Limits.ratios` and no
            `Limits.weights`.
        penalty: relative miss accepted per unit of pull, > 0.
        most_iterations: Newton steps after which to give up.

    Raises:
        ValueError: a setting out of its range.
    """

    kind: ClassVar[str] = "dual"
    capabilities: ClassVar[Capabilities] = Capabilities(
        exact=True, importance=True, signed=True, ratios=True, weights=True, mass=True
    )
    distance: DistanceName = "entropy"
    penalty: float = DEFAULT_PENALTY
    most_iterations: int = 500

    def __post_init__(self) -> None:
        if self.distance not in (*UNBOUNDED, "logit"):
            known = ", ".join([*UNBOUNDED, "logit"])
            raise ValueError(f"there is no distance `{self.distance}`; they are {known}")
        DualOptions(self.penalty, most_iterations=self.most_iterations)

    def memory(self, records: int, facts: int, entries: int) -> int:
        """Return the bytes of the positions by fact, the Hessian, its factor and the vectors of records."""
        return 8 * entries + 2 * 8 * facts * facts + 12 * 8 * records

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        random: Generator,  # noqa: ARG002 - nothing is drawn
        begin: Doubles | None = None,
    ) -> Solved:
        """Return the one optimum; see `dual.solve`."""
        found = solve(problem, self.options(problem.start, limits), begin=begin)
        return Solved(
            weights=self._inside(found.weights, problem.start, limits),
            reason=str(found.reason),
            converged=found.converged or found.reason is Reason.NO_FACTS,
            iterations=found.iterations,
            measure=Measure("relative duality gap", found.relative_gap),
            at_limit=found.reason is Reason.ITERATIONS,
            relative_gap=found.relative_gap,
            multipliers=found.multipliers,
        )

    def options(self, start: Doubles, limits: Limits) -> DualOptions:
        """Return how `dual.solve` is called under limits."""
        distance = _distance(self.distance, start, limits)
        return DualOptions(self.penalty, distance, most_iterations=self.most_iterations)

    def _inside(self, weights: Doubles, start: Doubles, limits: Limits) -> Doubles:
        """Return weights within their bounds: a product of ratios may round to just outside."""
        if limits.weights is None:
            return weights
        return np.where(start > 0, np.clip(weights, *limits.weights), 0.0)


def _distance(name: DistanceName, start: Doubles, limits: Limits) -> Distance:
    if name == "logit":
        if limits.ratios is None or limits.weights is not None:
            raise ValueError("`logit` takes `bounds: [LOWEST, HIGHEST]` of ratios, and no `weight_bounds`")
        return Logit(*limits.ratios)
    if limits.weights is None:
        return bounded(name, limits.ratios)
    low, high = limits.ratios or (0.0, np.inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least, most = (np.where(start > 0, bound / start, 1.0) for bound in limits.weights)
    return bounded(name, (np.maximum(least, low), np.minimum(most, high)))
