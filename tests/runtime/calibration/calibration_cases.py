"""Small calibration problems the tests of this folder share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


def csr(dense: Any) -> csr_matrix:  # noqa: ANN401 - whatever numpy reads as a table
    """Turn a dense table of records x facts into what the solver takes."""
    return csr_matrix(np.asarray(dense, dtype=np.float32))


def problem(dense: Any, targets: Any, start: Any) -> Problem:  # noqa: ANN401 - as above
    """Build a problem from nested lists."""
    return Problem(csr(dense), np.asarray(targets, dtype=np.float64), np.asarray(start, dtype=np.float64))


def survey(records: int = 400, facts: int = 12, seed: int = 7, density: float = 0.3) -> Problem:
    """Draw counts, amounts and signed amounts, and targets 10 to 20 % away from their estimates."""
    random = np.random.default_rng(seed)
    dense = (random.random((records, facts)) < density) * random.lognormal(0, 1, (records, facts))
    dense[:, ::3] = dense[:, ::3] > 0
    dense[:, 1::3] *= random.choice([-0.3, 1.0], (records, len(range(1, facts, 3))))
    matrix, start = csr(dense), random.uniform(50, 150, records)
    drift = random.choice([0.8, 0.9, 1.1, 1.2], facts)
    # scipy's sparse product: a dense one would go to BLAS, whose rounding depends on its threads
    return Problem(matrix, np.asarray(matrix.T @ start * drift), start)


def estimates(case: Problem, weights: Doubles) -> Doubles:
    """Return the weighted sums, by dense arithmetic of their own."""
    return np.asarray(case.matrix.toarray().astype(np.float64).T @ weights)


def entropy(ratio: Doubles) -> Doubles:
    """Return r log r - r + 1, with its limit 1 at zero."""
    safe = np.where(ratio > 0, ratio, 1.0)
    return np.where(ratio > 0, ratio * np.log(safe) - ratio + 1, 1.0)


def primal(case: Problem, weights: Doubles, penalty: float) -> float:
    """Return the documented primal objective for the entropy distance, from its definition."""
    positive = case.start > 0
    start = case.start[positive]
    moved = float(np.sum(start * entropy(weights[positive] / start)) / np.sum(start))
    misses = (estimates(case, weights) - case.targets) / np.abs(case.targets)
    return moved + float(np.sum(misses**2)) / (2 * penalty)
