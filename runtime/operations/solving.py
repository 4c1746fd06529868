"""Solving a problem by the method of a plan, and what is said of how that went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.calibration.methods import options
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.calibration.methods import Method
    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Solved
    from runtime.task import Task

    Doubles = npt.NDArray[np.float64]


def method_of(task: Task) -> Method:
    """Return the method that a node's parameters name; one that draws draws from the node's stream."""
    return options(task.parameters["method"], task.stream("method") if task.node.stream else None)


def solved(problem: Problem, how: Method, begin: Doubles | None = None) -> Solved:
    """Return what the solver found; `begin` are multipliers that are near those of the answer.

    Raises:
        NodeFailed: there is no answer, or the solver cannot keep what is asked.
    """
    try:
        found = how.solve(problem, begin)
    except ValueError as error:
        raise NodeFailed(
            str(error), remedy="change `method:` of the calibration, or the targets it names"
        ) from error
    # Who proves how far the optimum is has not arrived; who stops after so many steps always stops there.
    if not found.converged and found.relative_gap is not None:
        raise NodeFailed(
            f"the solver stopped without an answer: {found.reason} after {found.iterations} steps",
            remedy="raise `penalty`, or look for facts that contradict each other",
        )
    return found


def told(found: Solved, method: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says of the solver: the same keys whichever it is."""
    measure = found.measure
    return {
        "kind": method["kind"],
        "settings": {name: value for name, value in method.items() if name != "kind"},
        "reason": found.reason,
        "converged": found.converged,
        "iterations": found.iterations,
        "relative_gap": found.relative_gap,
        "measure": None if measure is None else {"name": measure.name, "value": measure.value},
        "at_limit": found.at_limit,
        "records_with_weight": int(np.count_nonzero(found.weights)),
        "details": dict(found.details),
    }


def conflicts_of(problem: Problem, found: Solved, how: Method) -> list[dict[str, Any]]:
    """Return the trained facts that are not met, the worst first, and what stands against each most."""
    names = problem.names or ()
    return [
        {
            "fact": names[each.fact],
            "miss": each.miss,
            "against": None if each.against is None else names[each.against],
            "share": each.share,
        }
        for each in how.conflicts(problem, found)
    ]
