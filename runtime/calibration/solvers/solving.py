"""`solve`: what is asked of a solver is looked at before it is called, and what it returns afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.problem import Problem, check_problem
from runtime.calibration.solvers.mass import with_mass, with_sum
from runtime.calibration.solvers.protocol import Limits, Solved, Solver
from runtime.calibration.solvers.returned import check_solved
from runtime.calibration.solvers.unmet import Unmet
from runtime.calibration.support import fact_label, first
from runtime.running.machine import memory as machine_memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


class Unsupported(ValueError):  # noqa: N818 - named as what it says
    """Something is asked of a solver that it cannot keep."""


class OverBudget(ValueError):  # noqa: N818 - named as what it says
    """A solver would need more memory than there is."""


def solve(
    solver: Solver,
    problem: Problem,
    limits: Limits | None = None,
    random: Generator | None = None,
    *,
    begin: Doubles | None = None,
    memory: int | None = None,
) -> Solved:
    """Return the weights that a solver finds, with every promise looked at.

    Args:
        solver: the solver.
        problem: the facts; checked here.
        limits: what weights have to keep; None for nothing.
        random: what a solver that draws draws from; None is refused for such a one.
        begin: multipliers (facts,) near those of the answer.
        memory: the most bytes it may need beside the problem; None for what the machine has.

    Raises:
        TypeError, ValueError: the problem has no meaningful answer, naming the culprit.
        Unsupported: the solver cannot keep what is asked.
        OverBudget: it would need more memory than there is.
        Unmet: the facts cannot be met together with what has to be kept.
        RuntimeError: the solver broke a promise of the protocol.
    """
    asked = limits or Limits()
    check_problem(problem)
    _refuse_unsupported(solver, problem, asked)
    _refuse_size(solver, problem, machine_memory() if memory is None else memory)
    generator = np.random.default_rng(0) if random is None else random
    if random is None and solver.capabilities.random:
        raise ValueError(f"{_name(solver)} draws at random: give it a generator")
    wanted = with_mass(problem) if asked.mass else problem
    added = len(wanted.targets) - len(problem.targets)
    solved = solver.solve(
        wanted, asked, generator, None if begin is None else np.append(begin, np.zeros(added))
    )
    check_solved(_name(solver), problem, asked, solved)
    return _without_mass(problem, asked, solved)


def _without_mass(problem: Problem, limits: Limits, solved: Solved) -> Solved:
    if not limits.mass:
        return solved
    try:
        weights = with_sum(
            problem, solved.weights, are_bounded=limits.ratios is not None or limits.weights is not None
        )
    except ValueError as error:
        raise Unmet(str(error)) from error
    return replace(solved, weights=weights, multipliers=solved.multipliers[: len(problem.targets)])


def _refuse_unsupported(solver: Solver, problem: Problem, limits: Limits) -> None:
    can = solver.capabilities
    wanted = {
        "bounds on the ratios of weights": limits.ratios is not None and not can.ratios,
        "bounds on weights": limits.weights is not None and not can.weights,
        "a sum of weights that stays": limits.mass and not can.mass,
    }
    refused = next((what for what, is_refused in wanted.items() if is_refused), None)
    if refused is not None:
        raise Unsupported(f"{_name(solver)} cannot keep {refused}; leave them out, or choose `dual`")
    for what, (fact, remedy) in _beyond(solver, problem).items():
        if fact is not None:
            label = fact_label(problem.names, fact)
            raise Unsupported(f"{_name(solver)} cannot keep {what}: {label}; {remedy}, or choose `dual`")


def _beyond(solver: Solver, problem: Problem) -> Mapping[str, tuple[int | None, str]]:
    """Return the first fact of each sort that a solver cannot keep, and what to do about it."""
    can, none = solver.capabilities, np.zeros(len(problem.targets), bool)
    exact = none if problem.exact is None else problem.exact
    importance = none if problem.importance is None else problem.importance != problem.importance[:1]
    signed = None if can.signed else _signed(problem)
    return {
        "a fact that is to be met exactly": (None if can.exact else first(exact), "give it a tolerance"),
        "a fact that is more important than another": (
            None if can.importance else first(importance), "let all be as important"
        ),
        "contributions or targets below zero": (signed, "leave it out"),
    }  # fmt: skip


def _signed(problem: Problem) -> int | None:
    negative = problem.targets < 0
    negative[problem.matrix.indices[problem.matrix.data < 0]] = True
    return first(negative)


def _refuse_size(solver: Solver, problem: Problem, budget: int) -> None:
    records, facts = problem.matrix.shape
    needs = solver.memory(records, facts, problem.matrix.nnz)
    if needs > budget:
        raise OverBudget(
            f"{_name(solver)} needs about {needs / 2**30:,.1f} GiB for {records:,} records and {facts:,} "
            f"facts, there are {budget / 2**30:,.1f} GiB; choose another method or fewer facts"
        )


def _name(solver: Solver) -> str:
    return str(getattr(solver, "kind", type(solver).__name__))
