"""Facts to be met exactly, weights that have to stay in a box, and facts that fight each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from calibration_cases import csr, estimates, problem, survey
from scipy.optimize import minimize

from runtime.calibration.conflicts import conflicts
from runtime.calibration.distance import Boxed, ChiSquare, Distance, Entropy, Logit
from runtime.calibration.dual import DualOptions, solve

DISTANCES: list[Distance] = [
    Entropy(),
    ChiSquare(),
    Logit(0.1, 5.0),
    Boxed(Entropy(), np.asarray(0.1), np.asarray(5.0)),
    Boxed(ChiSquare(), np.asarray(0.0), np.asarray(np.inf)),
]


@pytest.mark.parametrize("distance", DISTANCES)
def test_exact_facts_are_met_to_eight_digits_beside_soft_ones(distance: Distance) -> None:
    """Half the facts are exact; the other half gives way."""
    case = survey()
    exact = np.arange(12) < 6
    solution = solve(replace(case, exact=exact), DualOptions(distance=distance))
    misses = np.abs(estimates(case, solution.weights) / case.targets - 1)
    assert solution.converged
    assert misses[exact].max() < 1e-8
    assert misses[~exact].max() > 1e-3


def test_chi_square_and_exact_facts_are_the_regression_estimator() -> None:
    """The closed form of Deville & Sarndal (1992), equation 1.3, from its normal equations."""
    case = survey()
    solution = solve(replace(case, exact=np.ones(12, bool)), DualOptions(distance=ChiSquare()))
    dense = case.matrix.toarray().astype(np.float64)
    normal = dense.T @ (case.start[:, None] * dense)
    printed = case.start * (1 + dense @ np.linalg.solve(normal, case.targets - dense.T @ case.start))
    np.testing.assert_allclose(solution.weights, printed, rtol=1e-7)
    assert solution.iterations == 1


def test_entropy_and_exact_margins_are_raking() -> None:
    """Iterative proportional fitting of a table of two margins arrives at the same weights."""
    random = np.random.default_rng(3)
    rows, columns = random.integers(0, 4, 300), random.integers(0, 3, 300)
    dense = np.hstack([rows[:, None] == np.arange(4), columns[:, None] == np.arange(3)]).astype(float)
    start = random.uniform(1, 9, 300)
    margins = np.concatenate([[300, 400, 350, 250], [600, 400, 300]]).astype(float)
    case = replace(problem(dense, margins, start), exact=np.ones(7, bool))
    raked = start.copy()
    for _ in range(400):
        for fact in range(7):
            raked[dense[:, fact] > 0] *= margins[fact] / raked[dense[:, fact] > 0].sum()
    np.testing.assert_allclose(solve(case).weights, raked, rtol=1e-6)


@pytest.mark.parametrize("of", [Entropy(), ChiSquare()])
def test_a_box_holds_and_what_it_finds_is_the_least_distance_in_it(of: Entropy | ChiSquare) -> None:
    """The same optimum as a general solver with bounds finds."""
    case = survey(records=40, facts=4)
    low, high = np.full(40, 0.9), np.full(40, 1.25)
    solution = solve(case, DualOptions(distance=Boxed(of, low, high)))
    ratios = solution.weights / case.start
    assert ((ratios >= 0.9 - 1e-12) & (ratios <= 1.25 + 1e-12)).all()
    assert (np.isclose(ratios, 0.9) | np.isclose(ratios, 1.25)).any()
    shares, dense = case.start / case.start.sum(), case.matrix.toarray().astype(np.float64)

    def objective(ratio: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        moved = ratio * np.log(ratio) - ratio + 1 if isinstance(of, Entropy) else (ratio - 1) ** 2 / 2
        misses = dense.T @ (case.start * ratio) / case.targets - 1
        return float(shares @ moved + misses @ misses / (2 * 3.0))

    found = minimize(
        objective, np.ones(40), bounds=[(0.9, 1.25)] * 40, options={"ftol": 1e-15, "gtol": 1e-12}
    )
    assert objective(ratios) == pytest.approx(found.fun, rel=1e-6)


def test_weights_that_start_outside_their_box_are_taken_into_it() -> None:
    """A weight above the most that one may be is that most."""
    case = problem([[1], [1], [1]], [9], [1, 2, 10])
    box = Boxed(Entropy(), np.array([0.0, 0.0, 0.0]), 5 / case.start)
    weights = solve(replace(case, exact=np.array([True])), DualOptions(distance=box)).weights
    assert weights[2] == pytest.approx(5)
    assert weights.sum() == pytest.approx(9)


def test_facts_that_contradict_each_other_are_named_with_their_adversary() -> None:
    """People, and women and men, who add up to something else; what is beside them is met."""
    women, old = np.arange(100) < 50, np.arange(100) % 10 == 0
    dense = np.stack([np.ones(100), women, ~women, old], axis=1)
    case = replace(problem(dense, [120, 80, 80, 11], np.ones(100)), exact=np.ones(4, bool))
    solution = solve(case)
    found = conflicts(case, solution.multipliers, DualOptions())
    assert {each.fact: each.against for each in found} == {0: 1, 1: 0, 2: 0}
    assert all(each.share > 0.4 for each in found)
    assert estimates(case, solution.weights)[3] == pytest.approx(11, rel=1e-5)


def test_a_fact_that_no_weights_reach_has_no_adversary() -> None:
    """A negative count: the least infeasible answer is nobody."""
    case = replace(problem([[1], [1]], [-5], [1, 1]), exact=np.array([True]))
    solution = solve(case)
    assert solution.weights.sum() == pytest.approx(0, abs=1e-6)
    assert [(each.fact, each.against) for each in conflicts(case, solution.multipliers, DualOptions())] == [
        (0, None)
    ]


def test_what_is_met_has_no_conflicts() -> None:
    """Nothing is named that is well."""
    case = replace(survey(), exact=np.ones(12, bool))
    assert conflicts(case, solve(case).multipliers, DualOptions()) == ()
    empty = problem(csr(np.zeros((3, 0))).toarray(), [], [1, 1, 1])
    assert conflicts(empty, solve(empty).multipliers, DualOptions()) == ()
