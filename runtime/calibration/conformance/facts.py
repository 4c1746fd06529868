"""Facts are met, or somebody says that they are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration.conflicts import conflicts_at
from runtime.calibration.conformance.subject import (
    counts_and_amounts,
    exactly,
    expect,
    misses,
    refused,
    with_signs,
    with_targets,
)
from runtime.calibration.problem import Problem
from runtime.calibration.solvers.unmet import Unmet

if TYPE_CHECKING:
    from runtime.calibration.conformance.subject import Subject

NEAR = 0.05
"""The largest miss of a fact that weights can meet."""


def facts_that_can_be_met_are(subject: Subject) -> None:
    """Counts and amounts, all that weights between 0.7 and 1.4 of their start can meet."""
    problem = counts_and_amounts()
    worst = float(np.max(misses(problem, subject.solve(problem))))
    expect(worst <= NEAR, f"a fact is missed by {worst:.2%}")


def one_fact_is_enough(subject: Subject) -> None:
    """A single count."""
    problem = counts_and_amounts(1, "one")
    worst = float(np.max(misses(problem, subject.solve(problem))))
    expect(worst <= NEAR, f"the only fact is missed by {worst:.2%}")


def without_facts_nothing_pulls(subject: Subject) -> None:
    """The start weights are the answer, of those that are chosen with what they stand for."""
    problem = counts_and_amounts()
    empty = csr_matrix((len(problem.start), 0), dtype=np.float32)
    nothing = Problem(empty, np.zeros(0), problem.start)
    weights = subject.solve(nothing).weights
    if subject.capabilities.support == "kept":
        expect(np.allclose(weights, problem.start, rtol=1e-12), "weights moved without a fact")
    else:
        share = weights.sum() / problem.start.sum()
        expect(abs(share - 1) < 1e-9, f"those chosen stand for {share:.3f} of all")


def nobody_at_all_is_no_problem(subject: Subject) -> None:
    """No records and no facts: no weights; who chooses records has none to choose from, and says so."""
    nobody = Problem(csr_matrix((0, 0), dtype=np.float32), np.zeros(0), np.zeros(0))
    if subject.capabilities.support == "chosen":
        refused(lambda: subject.solve(nobody), "nobody to choose from", "records")
    else:
        expect(len(subject.solve(nobody).weights) == 0, "weights for nobody")


def what_is_below_zero_counts_as_it_is(subject: Subject) -> None:
    """Losses and a negative fact are met, or refused by the name of a fact."""
    problem = with_signs()
    if not subject.capabilities.signed:
        refused(lambda: subject.solve(problem), "a negative contribution", "below zero", "fact_")
        return
    worst = float(np.max(misses(problem, subject.solve(problem))))
    expect(worst <= NEAR, f"a fact with losses is missed by {worst:.2%}")


def a_small_target_is_not_biased(subject: Subject) -> None:
    """A fact in small units is met as well as one in large ones."""
    problem = counts_and_amounts()
    factor = np.array([1e-6, 1e-3, 1.0, 1e3, 1e6])
    matrix = csr_matrix(problem.matrix.toarray() * factor.astype(np.float32))
    scaled = replace(problem, matrix=matrix, targets=problem.targets * factor)
    worst = float(np.max(misses(scaled, subject.solve(scaled))))
    expect(worst <= NEAR, f"a fact in other units is missed by {worst:.2%}")


def a_target_of_zero_is_reached_for(subject: Subject) -> None:
    """Gains and losses that are to add up to nothing do so; to a signed fact of zero no sign is given."""
    if not subject.capabilities.signed:
        return
    problem = with_signs()
    nothing = replace(problem, targets=np.array([0.0, *problem.targets[1:]]))
    dense = problem.matrix.toarray()
    dense[:, 0] = np.where(np.arange(len(dense)) % 2, 1.0, -1.1)
    nothing = replace(nothing, matrix=csr_matrix(dense))
    worst = float(misses(nothing, subject.solve(nothing))[0])
    expect(worst <= NEAR, f"a fact of zero is missed by {worst:.2%} of what is there")


def exact_facts_are_exact_or_refused(subject: Subject) -> None:
    """To six digits; who cannot says which fact."""
    problem = exactly(counts_and_amounts(), 0, 1)
    if not subject.capabilities.exact:
        refused(lambda: subject.solve(problem), "an exact fact", "exactly", "fact_a")
        return
    worst = float(np.max(misses(problem, subject.solve(problem))[:2]))
    expect(worst <= 1e-6, f"an exact fact is missed by {worst:.1e}")


def facts_that_contradict_each_other_are_named(subject: Subject) -> None:
    """One count is said to be two things: the answer is between them, or it is refused by both names."""
    dense = np.ones((120, 3))
    dense[::2, 2] = 0.0
    problem = with_targets(dense, np.full(120, 100.0), np.full(120, 110.0))
    fighting = replace(problem, targets=problem.targets * np.array([0.9, 1.1, 1.0]))
    try:
        solved = subject.solve(fighting)
    except Unmet as error:
        expect(subject.capabilities.infeasible == "refused", f"refused, though least was promised: {error}")
        expect("fact_a" in str(error) and "fact_b" in str(error), f"the two are not named: {error}")
        return
    expect(subject.capabilities.infeasible == "least", "solved, though a refusal was promised")
    missed = {fighting.names[each.fact] for each in conflicts_at(fighting, solved.weights) if fighting.names}
    expect({"fact_a", "fact_b"} <= missed, f"of the two that fight, {missed} are found to be missed")
    expect(np.max(misses(fighting, solved)) < 0.3, "the answer is not between the two")


CHECKS = (
    facts_that_can_be_met_are,
    one_fact_is_enough,
    without_facts_nothing_pulls,
    nobody_at_all_is_no_problem,
    what_is_below_zero_counts_as_it_is,
    a_small_target_is_not_biased,
    a_target_of_zero_is_reached_for,
    exact_facts_are_exact_or_refused,
    facts_that_contradict_each_other_are_named,
)
