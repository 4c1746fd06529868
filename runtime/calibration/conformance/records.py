"""Every record that came in goes out, in its place, with a weight that can be used."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration.conformance.subject import counts_and_amounts, expect, refused

if TYPE_CHECKING:
    from runtime.calibration.conformance.subject import Subject


def each_record_has_a_weight_in_its_place(subject: Subject) -> None:
    """One finite weight a record, none below zero; a start weight of zero stays exactly zero."""
    problem = counts_and_amounts()
    weights = subject.solve(problem).weights
    expect(weights.shape == problem.start.shape, f"{weights.shape} weights for {problem.start.shape} records")
    expect(weights.dtype == np.float64, f"weights are {weights.dtype}, not float64")
    expect(np.isfinite(weights).all() and (weights >= 0).all(), "a weight is negative or no number")
    expect((weights[problem.start == 0] == 0).all(), "a record without a start weight got one")


def the_support_is_what_is_promised(subject: Subject) -> None:
    """Every record keeps a weight, or exactly as many as were to be chosen."""
    problem = counts_and_amounts()
    solved = subject.solve(problem)
    kept, there = np.count_nonzero(solved.weights), np.count_nonzero(problem.start)
    if subject.capabilities.support == "kept":
        expect(kept == there, f"{there} records had a weight, {kept} have one")
    else:
        expect(kept == solved.chosen, f"{solved.chosen} records were to be chosen, {kept} have a weight")


def more_records_than_there_are_cannot_be_chosen(subject: Subject) -> None:
    """Who chooses records refuses a survey that has fewer; others have nothing to refuse."""
    small = counts_and_amounts()
    few = replace(small, matrix=small.matrix[:2], start=np.ones(2), targets=np.ones(5))
    few = replace(few, matrix=csr_matrix(np.ones((2, 5), np.float32)))
    if subject.capabilities.support == "chosen":
        refused(lambda: subject.solve(few), "more records than there are", "2", "records")


def the_answer_says_how_it_came_about(subject: Subject) -> None:
    """A reason, a measure, a number of iterations, and details that are plain JSON."""
    problem = counts_and_amounts()
    solved = subject.solve(problem)
    expect(solved.reason, "no reason is given")
    expect(solved.iterations > 0, "no iterations are counted")
    expect(solved.measure is not None and solved.measure.name, "nothing is measured")
    flags = [type(flag).__name__ for flag in (solved.converged, solved.at_limit)]
    expect(flags == ["bool", "bool"], f"flags are {flags}")
    json.dumps(dict(solved.details), allow_nan=False)
    expect(solved.multipliers.shape == problem.targets.shape, "multipliers are not one a fact")


def the_problem_is_left_as_it_is(subject: Subject) -> None:
    """Matrix, targets and start weights are read, never written."""
    problem, untouched = counts_and_amounts(), counts_and_amounts()
    subject.solve(problem)
    for name in ("targets", "start"):
        expect(np.array_equal(getattr(problem, name), getattr(untouched, name)), f"`{name}` was written to")
    for name in ("data", "indices", "indptr"):
        same = np.array_equal(getattr(problem.matrix, name), getattr(untouched.matrix, name))
        expect(same, f"`matrix.{name}` was written to")


CHECKS = (
    each_record_has_a_weight_in_its_place,
    the_support_is_what_is_promised,
    more_records_than_there_are_cannot_be_chosen,
    the_answer_says_how_it_came_about,
    the_problem_is_left_as_it_is,
)
