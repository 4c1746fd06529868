"""The dual objective of penalised calibration, its derivatives, and the duality gap of a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.gram import columns_of, matvec, rmatvec, weighted_gram
from runtime.calibration.problem import allowance, miss_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from runtime.calibration.distance import Distance
    from runtime.calibration.gram import Columns
    from runtime.calibration.problem import Problem

    Doubles = NDArray[np.float64]

RESOLUTION = 1e-9
"""Relative misses below this are not worth an iteration: near what float64 sums over millions resolve."""


@dataclass(frozen=True, eq=False)
class Value:
    """The dual objective at a point; `grain` is the size below which differences of it are rounding."""

    dual: float
    grain: float


@dataclass(frozen=True, eq=False)
class Dual:
    """The problem in units of its own size (see `dual.py`): shares of the start total, misses relative.

    Attributes:
        matrix: CSR (records, facts), raw; never scaled in memory: the scaling is applied to vectors of facts.
        columns: where each fact's entries lie in the matrix.
        shares: (records,) start / sum(start).
        idle: (records,) True where the start weight is zero: such a record feels no pull.
        scaling: (facts,) sum(start) / scale.
        aims: (facts,) target / scale.
        allowance: (facts,) relative miss per unit of pull.
        distance: the distance between start and calibrated weights.
    """

    matrix: csr_matrix
    columns: tuple[Columns, ...]
    shares: Doubles
    idle: NDArray[np.bool_]
    scaling: Doubles
    aims: Doubles
    allowance: Doubles
    distance: Distance

    @classmethod
    def of(cls, problem: Problem, penalty: float, distance: Distance) -> Dual:
        """Scale a checked problem."""
        total = float(np.sum(problem.start))
        scale = miss_scale(problem)
        return cls(
            matrix=problem.matrix,
            columns=columns_of(problem.matrix),
            shares=problem.start / total,
            idle=problem.start == 0,
            scaling=total / scale,
            aims=problem.targets / scale,
            allowance=allowance(problem, penalty),
            distance=distance,
        )

    def pulls(self, multipliers: Doubles) -> Doubles:
        """Return u = A (scaling * multipliers), shape (records,); zero for idle records."""
        pull = matvec(self.matrix, self.scaling * multipliers)
        pull[self.idle] = 0.0
        return pull

    def value(self, multipliers: Doubles, pull: Doubles) -> Value:
        """Return D; +inf, never a clipped number, where a weight would leave float64."""
        terms = (
            float(np.sum(self.shares * self.distance.integral(pull))),
            -float(np.sum(self.aims * multipliers)),
            0.5 * float(np.sum(self.allowance * multipliers**2)),
        )
        return Value(dual=sum(terms), grain=1e-14 * sum(abs(term) for term in terms))

    def gradient(self, multipliers: Doubles, pull: Doubles) -> Doubles:
        """Return dD/dlambda = misses + allowance * multipliers, shape (facts,)."""
        return self.misses(pull) + self.allowance * multipliers

    def misses(self, pull: Doubles) -> Doubles:
        """Return (estimate - target) / scale of each fact, shape (facts,)."""
        return self.scaling * rmatvec(self.matrix, self.shares * self.distance.ratio(pull)) - self.aims

    def hessian(self, pull: Doubles) -> Doubles:
        """Return the upper triangle of the second derivative, shape (facts, facts); positive definite."""
        out = weighted_gram(self.matrix, self.curvature(pull), self.columns)
        out *= self.scaling
        out *= self.scaling[:, None]
        out[np.diag_indices_from(out)] += self.allowance
        return out

    def curvature(self, pull: Doubles) -> Doubles:
        """Return how fast each record's share answers to its pull, shape (records,)."""
        return self.shares * self.distance.slope(pull)

    def product(self, curvature: Doubles, vector: Doubles) -> Doubles:
        """Return the second derivative times a vector (facts,), without the matrix of facts x facts."""
        moved = curvature * matvec(self.matrix, self.scaling * vector)
        return self.scaling * rmatvec(self.matrix, moved) + self.allowance * vector

    def primal(self, pull: Doubles) -> float:
        """Return the primal objective of the weights the pulls lead to."""
        moved = self.shares * (pull * self.distance.ratio(pull) - self.distance.integral(pull))
        return float(np.sum(moved)) + float(np.sum(self.misses(pull) ** 2 / (2 * self.allowance)))

    def gap(self, gradient: Doubles) -> float:
        """Return primal minus dual objective at a point, without cancellation.

        By d(g(u)) = u g(u) - G(u) the two differ by exactly sum gradient^2 / (2 allowance).
        """
        return float(np.sum(gradient**2 / (2 * self.allowance)))

    def resolution(self) -> float:
        """Return the objective of missing every fact by `RESOLUTION`: smaller gaps are met."""
        return float(np.sum(RESOLUTION**2 / (2 * self.allowance)))
