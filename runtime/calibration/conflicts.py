"""Which facts fight which: where weights cannot meet a fact, the one whose pull stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from runtime.calibration.gram import columns_of, rmatvec, weighted_gram
from runtime.calibration.objective import Dual
from runtime.calibration.problem import allowance, miss_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.calibration.dual import DualOptions
    from runtime.calibration.problem import Problem

    Doubles = NDArray[np.float64]

SOFT, EXACT = 0.01, 1e-5
"""Relative misses beyond which a fact is not met: one with a tolerance, and one to be met exactly."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fact that is missed, and what keeps it from being met.

    Attributes:
        fact: its index.
        miss: (estimate - target) / scale, as in `problem.miss_scale`.
        against: the index of the fact whose pull moves this one away from its target most, None where none
            does: then its records cannot reach it, or the penalty thinks the miss cheaper.
        share: of all that moves it away, what `against` does.
    """

    fact: int
    miss: float
    against: int | None
    share: float


def conflicts(
    problem: Problem, multipliers: Doubles, options: DualOptions, *, most: int = 20
) -> tuple[Conflict, ...]:
    """Return the facts that the solution of these multipliers does not meet, the worst first, at most `most`.

    What the pull of fact k does to fact j is, to first order, -H_jk lambda_k, where H is the second
    derivative of the dual without its penalty: it stands against j where it widens the miss of j.
    """
    if len(problem.targets) == 0:
        return ()
    dual = Dual.of(problem, options.penalty, options.distance)
    pull = dual.pulls(multipliers)
    misses = dual.misses(pull)
    missed = np.argsort(-np.abs(misses), kind="stable")[:most]
    missed = missed[np.abs(misses[missed]) > _beyond(problem)[missed]]
    if not len(missed):
        return ()
    with threadpool_limits(limits=1, user_api="blas"):
        upper = dual.hessian(pull)
    upper[np.diag_indices_from(upper)] -= dual.allowance
    return tuple(_conflict(int(fact), float(misses[fact]), upper, multipliers) for fact in missed)


def conflicts_at(problem: Problem, weights: Doubles, *, most: int = 20) -> tuple[Conflict, ...]:
    """Return the facts that weights (records,) do not meet, however they were found, as `conflicts` does.

    Without multipliers, each fact is taken to pull against its miss, in proportion to what that costs; the
    second derivative is that of the entropy distance at these weights.
    """
    misses = (rmatvec(problem.matrix, weights) - problem.targets) / miss_scale(problem)
    missed = np.argsort(-np.abs(misses), kind="stable")[:most]
    missed = missed[np.abs(misses[missed]) > _beyond(problem)[missed]]
    if not len(missed):
        return ()
    scaling = 1.0 / miss_scale(problem)
    upper = weighted_gram(problem.matrix, weights, columns_of(problem.matrix)) * scaling * scaling[:, None]
    pulls = -misses / allowance(problem, 1.0)
    return tuple(_conflict(int(fact), float(misses[fact]), upper, pulls) for fact in missed)


def _beyond(problem: Problem) -> Doubles:
    """Return the miss beyond which a fact is not met."""
    soft = np.full(len(problem.targets), SOFT)
    return soft if problem.exact is None else np.where(problem.exact, EXACT, soft)


def _conflict(fact: int, miss: float, upper: Doubles, multipliers: Doubles) -> Conflict:
    row = np.concatenate([upper[:fact, fact], upper[fact, fact:]])
    # The weights move by +H lambda; what has the sign of the miss widens it.
    widening = np.maximum(row * multipliers * np.sign(miss), 0.0)
    widening[fact] = 0.0
    total, against = float(widening.sum()), int(np.argmax(widening))
    if total == 0:
        return Conflict(fact, miss, None, 0.0)
    return Conflict(fact, miss, against, float(widening[against]) / total)
