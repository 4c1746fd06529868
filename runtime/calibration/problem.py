"""What a calibration solver is given, checked once, with the culprit named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.gram import check_csr, rmatvec
from runtime.calibration.support import fact_label, first

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Doubles = NDArray[np.float64]

USUAL_TOLERANCE = 0.01
"""The relative miss a fact without a stated tolerance is measured in. Only ratios of tolerances matter."""

EXACTLY = 1e-9
"""The miss per unit of pull of an exact fact: less is lost in the rounding of float64."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Facts to meet by moving weights.

    Attributes:
        matrix: CSR (records, facts): what one unit of a record's weight adds to each fact, in the fact's
            unit. float32 or float64 values of any sign, int32 sorted column indices; read in place, never
            copied.
        targets: (facts,) what the weighted sums should be, in the facts' units; any sign. Misses are
            relative to |target|, of a zero target to its gross estimate under the start weights.
        start: (records,) design weights, finite and >= 0. A weight of exactly zero stays exactly zero.
        tolerance: (facts,) relative miss each fact is measured in, > 0; None means `USUAL_TOLERANCE` for all.
            Under twice the tolerance, a miss twice as large costs the same.
        importance: (facts,) factor on each fact's squared miss, > 0; None means 1 for all.
        names: (facts,) used in messages only; None means facts are named by their index.
        exact: (facts,) True where any miss costs so much that the fact is met to eight digits if weights can
            do that; None means no fact is.
    """

    matrix: csr_matrix
    targets: Doubles
    start: Doubles
    tolerance: Doubles | None = None
    importance: Doubles | None = None
    names: tuple[str, ...] | None = None
    exact: NDArray[np.bool_] | None = None


def check_problem(problem: Problem) -> None:
    """Refuse a problem that has no meaningful answer.

    Raises:
        TypeError: the matrix is not a CSR of the dtypes above.
        ValueError: shapes that disagree, values that are not finite, a negative start weight, a tolerance or
            importance that is not positive, or a fact that no record with a positive start weight carries.
    """
    check_csr(problem.matrix)
    _check_shapes(problem)
    _check_start(problem.start)
    _check_facts(problem)
    _check_entries(problem)
    _check_carried(problem)


def _check_shapes(problem: Problem) -> None:
    records, facts = problem.matrix.shape
    per_fact = {
        "targets": problem.targets,
        "tolerance": problem.tolerance,
        "importance": problem.importance,
        "exact": problem.exact,
    }
    expected = {name: (values, facts) for name, values in per_fact.items() if values is not None}
    for name, (values, length) in {**expected, "start": (problem.start, records)}.items():
        if values.shape != (length,):
            raise ValueError(
                f"{name} has shape {values.shape}, the matrix of shape {(records, facts)} needs ({length},)"
            )
    if problem.names is not None and len(problem.names) != facts:
        raise ValueError(f"{len(problem.names)} names for {facts} facts")


def _check_start(start: Doubles) -> None:
    wrong = first(~(np.isfinite(start) & (start >= 0)))
    if wrong is not None:
        raise ValueError(f"start weight of record {wrong} is {start[wrong]}: must be finite and not negative")


def _check_facts(problem: Problem) -> None:
    wrong = first(~np.isfinite(problem.targets))
    if wrong is not None:
        raise ValueError(
            f"target of {fact_label(problem.names, wrong)} is {problem.targets[wrong]}: must be finite"
        )
    for name, values in (("tolerance", problem.tolerance), ("importance", problem.importance)):
        if values is None:
            continue
        wrong = first(~(np.isfinite(values) & (values > 0)))
        if wrong is not None:
            label = fact_label(problem.names, wrong)
            raise ValueError(f"{name} of {label} is {values[wrong]}: must be finite and positive")


def _check_entries(problem: Problem) -> None:
    entry = first(~np.isfinite(problem.matrix.data))
    if entry is not None:
        record = int(np.searchsorted(problem.matrix.indptr, entry, side="right")) - 1
        label = fact_label(problem.names, int(problem.matrix.indices[entry]))
        value = problem.matrix.data[entry]
        raise ValueError(f"contribution of record {record} to {label} is {value}: must be finite")


def _check_carried(problem: Problem) -> None:
    wrong = first(gross_estimate(problem) == 0)
    if wrong is not None:
        label = fact_label(problem.names, wrong)
        raise ValueError(
            f"no record with a positive start weight contributes to {label} "
            f"(target {problem.targets[wrong]}): no weights can move it; drop the fact or audit it"
        )


def gross_estimate(problem: Problem) -> Doubles:
    """Return the sum of start * |contribution|, shape (facts,): zero only where nothing can move a fact."""
    return rmatvec(problem.matrix, problem.start, gross=True)


def miss_scale(problem: Problem) -> Doubles:
    """Return what a miss of each fact is divided by, shape (facts,), > 0, in the fact's unit.

    |target|; for a target of zero, which has no relative error, the gross estimate under the start weights.
    """
    return np.where(problem.targets != 0, np.abs(problem.targets), gross_estimate(problem))


def allowance(problem: Problem, penalty: float) -> Doubles:
    """Return the miss per unit of pull of each fact, shape (facts,): a miss costs miss^2 / (2 allowance)."""
    tolerance = (
        np.full(len(problem.targets), USUAL_TOLERANCE) if problem.tolerance is None else problem.tolerance
    )
    importance = 1.0 if problem.importance is None else problem.importance
    soft = penalty * (tolerance / USUAL_TOLERANCE) ** 2 / importance
    return soft if problem.exact is None else np.where(problem.exact, EXACTLY, soft)
