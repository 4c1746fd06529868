"""What every calibration solver promises: a `Problem` and `Limits` in, `Solved` out.

What a solver can keep beyond that it says in its `capabilities`. `solving.solve` refuses, by name, what is
asked of a solver that cannot keep it, so that no constraint is ever ignored; and it looks at what comes back.
`runtime.calibration.conformance` holds solvers to all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.calibration.problem import Problem

    Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """What weights have to keep, whatever the facts say.

    Attributes:
        ratios: lowest and highest ratio of a weight to its start; None for 0 and no end.
        weights: lowest and highest weight of a record that is kept; None for 0 and no end.
        mass: whether the sum of the weights stays what it is.

    Raises:
        ValueError: bounds that are no numbers, in the wrong order, or that leave no ratio at 1.
    """

    ratios: tuple[float, float] | None = None
    weights: tuple[float, float] | None = None
    mass: bool = False

    def __post_init__(self) -> None:
        if self.ratios is not None and not self.ratios[0] <= 1 <= self.ratios[1]:
            raise ValueError(f"bounds are {self.ratios}: no weight could stay as it is")
        if self.weights is not None and not 0 <= self.weights[0] <= self.weights[1]:
            raise ValueError(
                f"weight_bounds are {self.weights}: they are a lowest and a highest weight, 0 or more"
            )

    @property
    def are_none(self) -> bool:
        """Whether nothing is asked."""
        return self == Limits()


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a solver keeps. What it does not is refused before it is called.

    Attributes:
        exact: facts that have to be met exactly.
        importance: facts of different tolerance or importance pull differently, or all are met anyway.
        signed: contributions and targets below zero.
        ratios, weights: bounds on the ratios of weights to their start, and on weights.
        mass: the sum of the weights, as one more exact fact that `solve` adds.
        support: `kept`: every record with a start weight keeps a weight, unless a fact drives it to nothing.
            `chosen`: the solver chooses which records have a weight; `Solved.chosen` says how many it wanted.
        infeasible: facts that no weights meet. `least`: the result is as near as can be. `refused`: the
            solver raises `Unmet` and names them.
        random: whether the answer depends on the generator.
    """

    exact: bool = False
    importance: bool = False
    signed: bool = False
    ratios: bool = False
    weights: bool = False
    mass: bool = False
    support: Literal["kept", "chosen"] = "kept"
    infeasible: Literal["least", "refused"] = "least"
    random: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """What a solver watched to know that it had arrived, by its name, and what it was at the end."""

    name: str
    value: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Solved:
    """Weights, and how they came about.

    Attributes:
        weights: (records,) float64, finite, >= 0, in the order and unit of the start weights.
        reason: why the solver stopped.
        converged: whether it stopped because it had arrived.
        iterations: steps, sweeps or epochs.
        multipliers: (facts,) the pull of each fact; zeros of a solver that has none.
        measure: what it watched; None for a solver that had nothing to do.
        at_limit: whether more iterations, or a longer way for the weights, would have changed the answer.
        relative_gap: the proven relative distance to the optimum, None where the solver proves none.
        chosen: how many records it was to leave a weight, None for a solver that chooses none.
        details: what else there is to say, as plain JSON values, the same in every run.
    """

    weights: Doubles
    reason: str
    converged: bool
    iterations: int
    multipliers: Doubles
    measure: Measure | None = None
    at_limit: bool = False
    relative_gap: float | None = None
    chosen: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Solver(Protocol):
    """A solver and its settings."""

    @property
    def capabilities(self) -> Capabilities:
        """What it keeps."""
        ...

    def memory(self, records: int, facts: int, entries: int) -> int:
        """Return about how many bytes it needs beside the problem; it is refused where there are fewer."""
        ...

    def solve(
        self, problem: Problem, limits: Limits, random: Generator, begin: Doubles | None = None
    ) -> Solved:
        """Return weights that meet the facts as well as this solver can.

        Args:
            problem: checked by `check_problem`. Its matrix is read, never written.
            limits: what weights have to keep; nothing that the capabilities do not say is asked.
            random: the only source of randomness: the same state gives the same bytes, for any number of
                threads.
            begin: (facts,) multipliers near those of the answer, for a solver that has such; the answer does
                not depend on them beyond the solver's own precision.

        Raises:
            Unmet: the facts cannot be met, and the solver does without a compromise.
            ValueError: the problem cannot be solved this way; the message names the fact or record.
        """
        ...
