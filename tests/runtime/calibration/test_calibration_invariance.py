"""What must not matter to calibration: units, order, threads, processes; and what holds for any problem."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from calibration_cases import csr, survey
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.calibration import directions
from runtime.calibration.dual import DualOptions, solve
from runtime.calibration.gram import columns_of, weighted_gram
from runtime.calibration.problem import Problem

ROOT = Path(__file__).resolve().parents[3]


def fingerprint() -> str:
    """Hash the bytes of a Gram matrix and a solution large enough for every thread to have work."""
    case = survey(records=10_000, facts=300, density=0.05)
    gram = weighted_gram(case.matrix, case.start, columns_of(case.matrix))
    digest = hashlib.sha256(gram.tobytes())
    for worth in (np.inf, 0.0):  # directions by factors, and by products with the matrix
        with patch.multiple(directions, WORTH=worth, CACHED=0):
            solution = solve(case, DualOptions(penalty=0.1))
        digest.update(solution.weights.tobytes() + solution.multipliers.tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("threads", ["1", "2"])
def test_bytes_do_not_depend_on_threads_or_process(threads: str) -> None:
    """Another process with one or two threads, in numba and in BLAS, gives the same bytes as this one."""
    limits = {"NUMBA_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"import {Path(__file__).stem} as this; print(this.fingerprint())"]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parent,
        env={**os.environ, **limits},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint()


def test_units_of_a_fact_do_not_matter() -> None:
    """Dollars or thousands of dollars: the same weights."""
    case = survey()
    factor = np.where(np.arange(len(case.targets)) % 2 == 0, 1000.0, 1.0)
    rescaled = replace(case, matrix=csr(case.matrix.toarray() * factor), targets=case.targets * factor)
    np.testing.assert_allclose(
        solve(rescaled).weights, solve(case).weights, rtol=1e-5
    )  # float32 contributions


def test_population_size_does_not_matter() -> None:
    """A thousand times the weights and the targets: a thousand times the answer."""
    case = survey()
    larger = replace(case, start=case.start * 1000, targets=case.targets * 1000)
    np.testing.assert_allclose(solve(larger).weights, solve(case).weights * 1000, rtol=1e-8)


def test_order_of_facts_and_records_does_not_matter() -> None:
    """Permuted facts give the same weights; permuted records the permuted weights."""
    case = survey()
    weights = solve(case).weights
    random = np.random.default_rng(1)
    facts, records = random.permutation(len(case.targets)), random.permutation(len(case.start))
    dense = case.matrix.toarray()
    by_fact = solve(replace(case, matrix=csr(dense[:, facts]), targets=case.targets[facts]))
    by_record = solve(replace(case, matrix=csr(dense[records]), start=case.start[records]))
    np.testing.assert_allclose(by_fact.weights, weights, rtol=1e-8)
    np.testing.assert_allclose(by_record.weights, weights[records], rtol=1e-8)


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """Draw up to 8 records and 4 facts of any sign, contradictions and zeros too; each fact has a carrier."""
    records, facts = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    cells = st.lists(st.integers(-3, 3), min_size=records * facts, max_size=records * facts)
    dense = np.array(draw(cells), dtype=np.float64).reshape(records, facts)
    start = np.array(draw(st.lists(st.integers(0, 5), min_size=records, max_size=records)), dtype=np.float64)
    start[0] = max(start[0], 1.0)
    dense[0] = np.where(dense[0] == 0, 1.0, dense[0])
    targets = draw(st.lists(st.integers(-20, 20), min_size=facts, max_size=facts))
    return Problem(csr(dense), np.array(targets, dtype=np.float64), start)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(case=small_problems(), penalty=st.sampled_from([100.0, 1.0, 0.01]))
def test_any_problem_has_a_proven_answer(case: Problem, penalty: float) -> None:
    """The gap closes, weights are finite and not negative, and zeros stay, whatever the facts say."""
    solution = solve(case, DualOptions(penalty=penalty))
    assert solution.converged, solution
    assert solution.primal_objective >= solution.dual_objective * (1 - 1e-9) - 1e-12
    assert np.isfinite(solution.weights).all()
    assert (solution.weights >= 0).all()
    assert (solution.weights[case.start == 0] == 0).all()
