"""`exact_k`: a balanced sample of exactly k records, refitted.

1. All records are calibrated by `dual`.
2. k of them are drawn by the cube method (`runtime.calibration.cube`), with inclusion probabilities in
   proportion to the calibrated weights, balanced on every fact: with the weights that undo its probabilities
   the sample estimates what all records do, up to the landing.
3. `dual` calibrates the sample from those weights, which are equal but for the records that are certain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from runtime.calibration.cube import balanced_sample
from runtime.calibration.dual import DEFAULT_PENALTY
from runtime.calibration.problem import miss_scale
from runtime.calibration.solvers.protocol import Capabilities, Limits, Solved
from runtime.calibration.solvers.refit import positive, refit, told
from runtime.calibration.solvers.regularised import DistanceName, Regularised

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.calibration.problem import Problem

    Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactK:
    """Balanced sampling, and a refit.

    Attributes:
        records: how many records keep a weight, >= 1.
        distance, penalty: of both calibrations; see `Regularised`.

    Raises:
        ValueError: a setting out of its range.
    """

    kind: ClassVar[str] = "exact_k"
    capabilities: ClassVar[Capabilities] = Capabilities(
        exact=True, importance=True, signed=True, ratios=True, weights=True, mass=True,
        support="chosen", random=True,
    )  # fmt: skip
    records: int
    distance: DistanceName = "entropy"
    penalty: float = DEFAULT_PENALTY

    def __post_init__(self) -> None:
        if self.records < 1:
            raise ValueError(f"records is {self.records}: must be 1 or more")
        self._dual  # noqa: B018 - refuses what it does not take

    @property
    def _dual(self) -> Regularised:
        return Regularised(self.distance, self.penalty)

    def memory(self, records: int, facts: int, entries: int) -> int:
        """Return the bytes of the calibration, and of the inverse that the sampling keeps."""
        return max(self._dual.memory(records, facts, entries), 4 * 8 * facts * facts + 8 * 8 * records)

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        random: Generator,
        begin: Doubles | None = None,  # noqa: ARG002 - of all records, and it keeps some
    ) -> Solved:
        """Return weights of which exactly `records` are above zero.

        Raises:
            ValueError: fewer records have a start weight.
        """
        rows = positive(problem, self.records, self.kind)
        # Bounds on weights are for the few that stand for all; before, a weight is what it is.
        first = self._dual.solve(problem, replace(limits, weights=None), random)
        shares = probabilities(first.weights[rows], self.records)
        drawn = balanced_sample(
            problem.matrix, rows, first.weights[rows], shares, miss_scale(problem), random
        )
        stands_for = first.weights[rows[drawn.chosen]] / shares[drawn.chosen]
        end = refit(problem, rows[drawn.chosen], stands_for, limits, self._dual, random)
        details = {
            "first_steps": first.iterations,
            "certain": int(np.count_nonzero(shares == 1)),
            "drift": drawn.drift,
            **told(problem, end),
        }
        return replace(
            end.solved, iterations=first.iterations + end.solved.iterations, chosen=self.records,
            converged=first.converged and end.solved.converged,
            at_limit=first.at_limit or end.solved.at_limit, details=details,
        )  # fmt: skip


def probabilities(weights: Doubles, count: int) -> Doubles:
    """Return inclusion probabilities in proportion to weights, none above 1, that add up to `count`.

    Weights of zero count as the smallest positive one: exactly `count` records are drawn, whatever is zero.
    """
    sizes = np.maximum(weights, np.min(weights[weights > 0], initial=np.inf))
    sizes = np.where(np.isfinite(sizes), sizes, 1.0)
    certain = np.zeros(len(sizes), bool)
    while True:
        left = count - int(np.count_nonzero(certain))
        shares = np.where(
            certain, 1.0, left * sizes / max(float(np.sum(sizes[~certain])), np.finfo(float).tiny)
        )
        above = ~certain & (shares >= 1 - 1e-12)
        if not above.any():
            return shares
        certain |= above
