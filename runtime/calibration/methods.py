"""The method of a calibration as a plan names it: a solver, and what weights have to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.calibration.conflicts import conflicts, conflicts_at
from runtime.calibration.solvers.protocol import Limits
from runtime.calibration.solvers.registry import solver
from runtime.calibration.solvers.regularised import Regularised
from runtime.calibration.solvers.solving import solve

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from runtime.calibration.conflicts import Conflict
    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Solved, Solver

    Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Method:
    """A solver, what weights have to keep, and what a solver that draws draws from."""

    solver: Solver
    limits: Limits
    random: np.random.Generator | None = None

    def solve(self, problem: Problem, begin: Doubles | None = None) -> Solved:
        """Return what the solver finds; `begin` as in `Solver.solve`."""
        return solve(self.solver, problem, self.limits, self.random, begin=begin)

    def conflicts(self, problem: Problem, solved: Solved) -> tuple[Conflict, ...]:
        """Return the facts that are not met, the worst first, and what stands against each most."""
        # The multipliers of a problem with one more fact, the sum of the weights, are not all there.
        if not isinstance(self.solver, Regularised) or self.limits.mass:
            return conflicts_at(problem, solved.weights)
        return conflicts(problem, solved.multipliers, self.solver.options(problem.start, self.limits))


def options(method: Mapping[str, Any], random: np.random.Generator | None = None) -> Method:
    """Return how to solve, from a method's parameters.

    Raises:
        ValueError: an unknown kind or setting, or a value out of its range.
        NodeFailed: the solver of a package that is not installed.
    """
    settings = dict(method)
    bounds, weights = settings.pop("bounds", None), settings.pop("weight_bounds", None)
    limits = Limits(_pair(bounds), _pair(weights), mass=settings.pop("mass", None) == "conserve")
    return Method(solver(settings.pop("kind"), **settings), limits, random)


def _pair(bounds: tuple[float, float] | list[float] | None) -> tuple[float, float] | None:
    return None if bounds is None else (float(bounds[0]), float(bounds[1]))
