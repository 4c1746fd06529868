"""The solver under test, the problems it is tried on, and how a check says what it missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration.gram import rmatvec
from runtime.calibration.problem import Problem, miss_scale
from runtime.calibration.solvers.solving import solve
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from runtime.calibration.solvers.protocol import Capabilities, Limits, Solved, Solver

    Doubles = NDArray[np.float64]

RECORDS = 120
"""Of the problems that solvers are tried on; ten of them have no start weight."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A solver under test.

    Attributes:
        make: builds it without arguments. It has to be picklable (a class, or a `functools.partial` of one),
            because a check builds it in another process. One that chooses records should choose from 30 to
            100 of them; settings that make it small keep the checks quick.
    """

    make: Callable[[], Solver]

    @property
    def capabilities(self) -> Capabilities:
        """What the solver keeps."""
        return self.make().capabilities

    def solve(self, problem: Problem, limits: Limits | None = None, *, seed: int = 0) -> Solved:
        """Build the solver and solve."""
        return solve(self.make(), problem, limits, stream(seed, "conformance"))


def counts_and_amounts(facts: int = 5, name: str = "mixed") -> Problem:
    """Return counts and amounts that weights can meet, a few records without a start weight among them."""
    rng = stream(1, "conformance", name)
    dense = (rng.random((RECORDS, facts)) < 0.5) * np.ones((RECORDS, facts))
    dense[:, 1::2] *= rng.lognormal(0, 1, (RECORDS, facts))[:, 1::2]
    dense[0] = 1.0
    start = rng.uniform(50, 150, RECORDS)
    start[5:15] = 0.0
    return with_targets(dense, start, start * rng.uniform(0.7, 1.4, RECORDS))


def with_signs() -> Problem:
    """Return gains and losses, and one fact below zero."""
    rng = stream(1, "conformance", "signs")
    dense = (rng.random((RECORDS, 3)) < 0.6) * rng.normal(1.0, 1.0, (RECORDS, 3))
    dense[:, 2] = -np.abs(dense[:, 2])
    start = rng.uniform(50, 150, RECORDS)
    return with_targets(dense, start, start * rng.uniform(0.8, 1.2, RECORDS))


def with_targets(dense: Doubles, start: Doubles, true: Doubles) -> Problem:
    """Return the problem whose facts are what the weights `true` add up to."""
    matrix = csr_matrix(np.asarray(dense, np.float32))
    names = tuple(f"fact_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"[: dense.shape[1]])
    return Problem(matrix, rmatvec(matrix, true), start, names=names)


def exactly(problem: Problem, *facts: int) -> Problem:
    """Return the problem with some of its facts to be met exactly."""
    return replace(problem, exact=np.isin(np.arange(len(problem.targets)), facts))


def misses(problem: Problem, solved: Solved) -> Doubles:
    """Return the relative misses (facts,), without their signs."""
    return np.abs(rmatvec(problem.matrix, solved.weights) - problem.targets) / miss_scale(problem)


def refused(attempt: Callable[[], object], what: str, *words: str) -> None:
    """Raise `AssertionError` unless an attempt ends in a `ValueError` that says certain words."""
    try:
        attempt()
    except ValueError as error:
        missing = [word for word in words if word not in str(error)]
        expect(not missing, f"{what}: the message lacks {missing}: {error}")
    else:
        expect(holds=False, message=f"{what}: taken without a word")


def expect(holds: Any, message: str) -> None:  # noqa: ANN401 - whatever is true or not
    """Raise `AssertionError` with the message unless something holds."""
    if not holds:
        raise AssertionError(message)
