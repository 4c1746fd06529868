"""Memory is said beforehand, and what there is not is refused before it is asked for."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration.conformance.subject import counts_and_amounts, expect, refused
from runtime.calibration.gram import rmatvec
from runtime.calibration.problem import Problem
from runtime.calibration.solvers.solving import solve
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.calibration.conformance.subject import Subject

_FACTS, _RECORDS, _MARGIN = 60, 20_000, 8 * 2**20


def too_large_a_problem_is_refused_before_it_is_solved(subject: Subject) -> None:
    """With how much it would need, and without a step."""
    tight = lambda: solve(subject.make(), counts_and_amounts(), None, stream(0, "conformance"), memory=1)  # noqa: E731
    refused(tight, "one byte of memory", "GiB", "records", "facts")


def larger_problems_are_said_to_need_more(subject: Subject) -> None:
    """With records, and never less with facts or entries."""
    needs = subject.make().memory
    expect(needs(10**6, 100, 10**7) > needs(10**4, 100, 10**5), "more records need no more memory")
    expect(needs(10**5, 5_000, 10**6) >= needs(10**5, 50, 10**6), "more facts need less memory")


def no_more_memory_is_taken_than_was_said(subject: Subject) -> None:
    """Of what Python and NumPy hold, on twenty thousand records: a dense copy would be found."""
    problem = _wide()
    subject.solve(counts_and_amounts())  # compiles and imports what it needs
    tracemalloc.start()
    try:
        subject.solve(problem)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    said = subject.make().memory(_RECORDS, _FACTS, problem.matrix.nnz)
    expect(peak <= said + _MARGIN, f"{peak / 2**20:.0f} MiB were taken, {said / 2**20:.0f} MiB were said")


def _wide() -> Problem:
    """Return records that are in three of sixty facts each."""
    rng = stream(1, "conformance", "wide")
    indices = np.sort(rng.permuted(np.tile(np.arange(_FACTS), (_RECORDS, 1)), axis=1)[:, :3], axis=1)
    ends = np.arange(0, 3 * _RECORDS + 1, 3)
    ones = np.ones(3 * _RECORDS, np.float32)
    matrix = csr_matrix((ones, indices.ravel().astype(np.int32), ends), shape=(_RECORDS, _FACTS))
    start = rng.uniform(50, 150, _RECORDS)
    return Problem(matrix, rmatvec(matrix, start * rng.uniform(0.8, 1.2, _RECORDS)), start)


CHECKS = (
    too_large_a_problem_is_refused_before_it_is_solved,
    larger_problems_are_said_to_need_more,
    no_more_memory_is_taken_than_was_said,
)
