"""What weights have to keep they keep, or it is refused: a constraint is never ignored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.conformance.subject import counts_and_amounts, expect, refused
from runtime.calibration.solvers.protocol import Limits

if TYPE_CHECKING:
    from runtime.calibration.conformance.subject import Subject


def ratios_stay_within_bounds_or_it_is_refused(subject: Subject) -> None:
    """Between 0.5 and 2 times the start; of records that were chosen, of what they stand for."""
    problem, limits = counts_and_amounts(), Limits(ratios=(0.5, 2.0))
    if not subject.capabilities.ratios:
        refused(lambda: subject.solve(problem, limits), "bounds on ratios", "ratios")
        return
    weights = subject.solve(problem, limits).weights
    if subject.capabilities.support == "kept":
        ratios = weights[problem.start > 0] / problem.start[problem.start > 0]
        inside = ratios.min() >= 0.5 * (1 - 1e-9) and ratios.max() <= 2 * (1 + 1e-9)
        expect(inside, f"ratios reach from {ratios.min():.3g} to {ratios.max():.3g}")


def weights_stay_within_bounds_or_it_is_refused(subject: Subject) -> None:
    """Between 40 and 500, for those that have a weight."""
    problem, limits = counts_and_amounts(), Limits(weights=(40.0, 500.0))
    if not subject.capabilities.weights:
        refused(lambda: subject.solve(problem, limits), "bounds on weights", "weights")
        return
    weights = subject.solve(problem, limits).weights
    kept = weights[weights > 0]
    inside = kept.min() >= 40 * (1 - 1e-9) and kept.max() <= 500 * (1 + 1e-9)
    expect(inside, f"weights reach from {kept.min():.3g} to {kept.max():.3g}")


def the_sum_of_weights_stays_or_it_is_refused(subject: Subject) -> None:
    """To six digits, though the facts say that there are fewer."""
    problem, limits = counts_and_amounts(), Limits(mass=True)
    if not subject.capabilities.mass:
        refused(lambda: subject.solve(problem, limits), "a sum that stays", "sum of weights")
        return
    solved = subject.solve(problem, limits)
    share = float(solved.weights.sum() / problem.start.sum())
    expect(abs(share - 1) <= 1e-6, f"the sum of the weights became {share:.9f} of what it was")
    expect(len(solved.multipliers) == len(problem.targets), "the sum is told as if it were a fact")


def a_sum_that_cannot_stay_is_refused(subject: Subject) -> None:
    """An exact fact says that there are twice as many: one of the two has to go, and not in silence."""
    problem = counts_and_amounts(1, "one")
    dense = np.ones((len(problem.start), 1), np.float32)
    doubled = replace(
        problem,
        matrix=type(problem.matrix)(dense),
        targets=np.array([2 * problem.start.sum()]),
        exact=np.array([True]),
    )
    if subject.capabilities.mass and subject.capabilities.exact:
        refused(
            lambda: subject.solve(doubled, Limits(mass=True)), "a sum that cannot stay", "sum of the weights"
        )


def importance_is_heard_or_refused(subject: Subject) -> None:
    """Of two facts that contradict each other the more important one is met better."""
    dense = np.ones((120, 2), np.float32)
    problem = counts_and_amounts(2, "two")
    total = float(problem.start.sum())
    fighting = replace(
        problem, matrix=type(problem.matrix)(dense), targets=np.array([0.9, 1.1]) * total,
        importance=np.array([1.0, 9.0]), names=("fact_a", "fact_b"),
    )  # fmt: skip
    if not subject.capabilities.importance:
        refused(lambda: subject.solve(fighting), "importance", "important", "fact_")
    elif subject.capabilities.infeasible == "least":
        reached = float(subject.solve(fighting).weights.sum()) / total
        expect(
            reached > 1.0, f"between 0.9 and 1.1, the second nine times as important, it chose {reached:.3f}"
        )


CHECKS = (
    ratios_stay_within_bounds_or_it_is_refused,
    weights_stay_within_bounds_or_it_is_refused,
    the_sum_of_weights_stays_or_it_is_refused,
    a_sum_that_cannot_stay_is_refused,
    importance_is_heard_or_refused,
)
