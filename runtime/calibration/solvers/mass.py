"""The sum of the weights, as one more fact that is met exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration.problem import USUAL_TOLERANCE, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

NAME = "the sum of the weights"
_KEPT = 1e-6


def with_mass(problem: Problem) -> Problem:
    """Return the problem with the sum of its start weights as its last fact."""
    if not np.any(problem.start > 0):
        return problem
    count = len(problem.targets)
    exact = np.zeros(count, bool) if problem.exact is None else problem.exact
    return replace(
        problem,
        matrix=_with_ones(problem.matrix),
        targets=np.append(problem.targets, np.sum(problem.start)),
        tolerance=_and(problem.tolerance, USUAL_TOLERANCE),
        importance=_and(problem.importance, 1.0),
        names=(*(problem.names or (f"fact {number}" for number in range(count))), NAME),
        exact=np.append(exact, values=True),
    )


def with_sum(problem: Problem, weights: Doubles, *, are_bounded: bool) -> Doubles:
    """Return weights whose sum is that of the start weights, to the last digit where they have no bounds.

    Raises:
        ValueError: it is another one by more than a millionth: something else has to be kept too.
    """
    before, after = float(np.sum(problem.start)), float(np.sum(weights))
    if abs(after - before) > _KEPT * before:
        raise ValueError(
            f"the sum of the weights is to stay {before:,.0f}; what else has to be kept makes it {after:,.0f}"
        )
    return weights if are_bounded or after == 0 else weights * (before / after)


def _and(values: Doubles | None, last: float) -> Doubles | None:
    return None if values is None else np.append(values, last)


def _with_ones(matrix: csr_matrix) -> csr_matrix:
    """Return a CSR with a further column of ones, sorted as it was."""
    records, facts = matrix.shape
    ends = matrix.indptr[1:]
    data = np.insert(matrix.data, ends, 1)
    indices = np.insert(matrix.indices, ends, facts).astype(np.int32)
    starts = matrix.indptr + np.arange(records + 1)
    return csr_matrix((data, indices, starts), shape=(records, facts + 1))
