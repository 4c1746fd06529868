"""`ipf`: classical raking. Each fact in turn is met exactly, over and over, until all are.

Deming & Stephan (1940, Ann. Math. Statist. 11:427-444) scale the weights of a fact's records by target over
estimate. For an amount a_i, whose records cannot be scaled alike, the factor is exp(lambda a_i) with the one
lambda that meets the fact (cyclic projections on the entropy distance: Bregman 1967; Darroch & Ratcliff 1972,
Ann. Math. Statist. 43:1470-1480). Where weights meet all facts, what it converges to are the weights closest
to the start in entropy: those of `dual` with `entropy` and exact facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from runtime.calibration import raking
from runtime.calibration.problem import miss_scale
from runtime.calibration.solvers.protocol import Capabilities, Measure, Solved
from runtime.calibration.solvers.unmet import unmet
from runtime.calibration.support import fact_label

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Limits

    Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raking:
    """Raking to counts and totals.

    Attributes:
        precision: the largest relative miss of a fact at the end, > 0.
        sweeps: the most rounds over all facts, >= 1.

    Raises:
        ValueError: a setting out of its range.
    """

    kind: ClassVar[str] = "ipf"
    capabilities: ClassVar[Capabilities] = Capabilities(
        exact=True, importance=True, signed=True, mass=True, infeasible="refused"
    )
    precision: float = 1e-8
    sweeps: int = 2000

    def __post_init__(self) -> None:
        if not 0 < self.precision < 1:
            raise ValueError(f"precision is {self.precision}: must lie between 0 and 1")
        if self.sweeps < 1:
            raise ValueError(f"sweeps is {self.sweeps}: must be 1 or more")

    def memory(self, records: int, facts: int, entries: int) -> int:
        """Return the bytes of the matrix by fact, and of the vectors of records."""
        return 16 * entries + 8 * facts + 4 * 8 * records

    def solve(
        self,
        problem: Problem,
        limits: Limits,  # noqa: ARG002 - none are asked
        random: Generator,  # noqa: ARG002 - nothing is drawn
        begin: Doubles | None = None,  # noqa: ARG002 - it has no multipliers
    ) -> Solved:
        """Return weights that meet every fact.

        Raises:
            Unmet: some cannot be met, or not in so many sweeps.
        """
        weights = problem.start.astype(np.float64)
        if len(problem.targets) == 0:
            return Solved(
                weights=weights,
                reason="no facts: the start weights are the answer",
                converged=True,
                iterations=0,
                multipliers=np.zeros(len(problem.targets)),
            )
        by_fact = problem.matrix.tocsc()
        columns = (by_fact.indptr.astype(np.int64), by_fact.indices.astype(np.int32), by_fact.data)
        misses, sweeps, stuck = raking.rake(
            *columns, problem.targets, miss_scale(problem), weights, self.precision, self.sweeps
        )
        if stuck >= 0:
            raise unmet(problem, f"no weights meet {fact_label(problem.names, stuck)}")
        largest = float(np.max(misses))
        if not largest <= self.precision:
            raise unmet(problem, f"not all facts are met after {sweeps} sweeps")
        return Solved(
            weights=weights,
            reason="every fact is met",
            converged=True,
            iterations=sweeps,
            multipliers=np.zeros(len(problem.targets)),
            measure=Measure("largest relative miss", largest),
        )
