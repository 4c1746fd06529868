"""The penalised dual: what its answer is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from calibration_cases import csr, estimates, primal, problem, survey
from scipy.optimize import minimize

from runtime.calibration.distance import Logit
from runtime.calibration.dual import DualOptions, solve
from runtime.calibration.newton import Reason

NEARLY_EXACT = DualOptions(penalty=1e-7)


def test_weights_minimise_the_primal_found_by_a_general_optimiser() -> None:
    """BFGS on the logs of six weights, knowing nothing of the dual, ends at the same weights."""
    case = problem(
        [[1, 0, 3], [1, 1, 0], [1, 0, -1], [1, 1, 2], [1, 1, 0], [1, 0, 5]], [700, 350, 900], [100] * 6
    )
    found = minimize(lambda log: primal(case, np.exp(log), 0.5), np.log(case.start), options={"gtol": 1e-9})
    solution = solve(case, DualOptions(penalty=0.5))
    np.testing.assert_allclose(solution.weights, np.exp(found.x), rtol=1e-5)
    assert solution.primal_objective == pytest.approx(primal(case, solution.weights, 0.5), rel=1e-12)


def test_raking_a_table_equals_iterative_proportional_fitting() -> None:
    """Two margins of a 3 x 4 table, all but exact: the weights are those of IPF."""
    random = np.random.default_rng(3)
    start, rows, columns = random.uniform(1, 9, 12), np.repeat(np.arange(3), 4), np.tile(np.arange(4), 3)
    incidence = np.hstack([np.eye(3)[rows], np.eye(4)[columns]])
    wanted = np.array([20.0, 30.0, 10.0, 12.0, 18.0, 14.0, 16.0])
    raked = start.copy()
    for _ in range(300):
        raked *= (wanted[:3] / np.bincount(rows, raked))[rows]
        raked *= (wanted[3:] / np.bincount(columns, raked))[columns]
    solution = solve(problem(incidence, wanted, start), NEARLY_EXACT)
    np.testing.assert_allclose(solution.weights, raked, rtol=1e-6)


def test_smaller_penalty_approaches_the_exact_fit() -> None:
    """Misses shrink with the penalty, in the limit in proportion to it."""
    case = survey()
    worst = [
        np.max(np.abs(estimates(case, solve(case, DualOptions(penalty=penalty)).weights) / case.targets - 1))
        for penalty in (1e-1, 1e-4, 1e-7)
    ]
    assert worst[1] == pytest.approx(worst[0] / 1000, rel=0.2)
    assert worst[2] < 1e-6


def test_duality_gap_closes_and_is_the_difference_of_the_objectives() -> None:
    """The reported gap is what the two objectives say, before and at the optimum."""
    early, late = (solve(survey(), DualOptions(most_iterations=limit)) for limit in (1, 100))
    assert early.reason is Reason.ITERATIONS
    assert not early.converged
    assert early.gaps[-1] == pytest.approx(early.primal_objective - early.dual_objective, rel=1e-6)
    assert late.converged
    assert late.relative_gap < 1e-9
    assert late.primal_objective == pytest.approx(late.dual_objective, rel=1e-8)


def test_every_record_is_kept_and_a_stored_zero_stays_zero() -> None:
    """Weights are finite, not negative, in the order of the start weights; zeros do not move."""
    case = survey()
    start = np.where(np.arange(len(case.start)) % 5 == 0, 0.0, case.start)
    weights = solve(replace(case, start=start)).weights
    assert weights.shape == start.shape
    assert np.isfinite(weights).all()
    np.testing.assert_array_equal(weights == 0, start == 0)


def test_zero_weight_with_an_enormous_contribution_does_no_harm() -> None:
    """A pull that overflows on a record that cannot move never turns into NaN."""
    case = problem([[1, 0], [1, 1], [0, 1e30]], [300, 50], [100, 100, 0])
    np.testing.assert_allclose(solve(case, NEARLY_EXACT).weights, [250, 50, 0], rtol=1e-5)


def test_negative_contributions_and_targets_are_met() -> None:
    """Losses are lowered by moving weight off the losers; the sign of a target is nothing special."""
    case = problem([[1, -5], [1, 3], [1, -2]], [300, -500], [100, 100, 100])
    np.testing.assert_allclose(estimates(case, solve(case, NEARLY_EXACT).weights), [300, -500], rtol=1e-6)


def test_zero_target_is_met_in_units_of_the_gross_start_estimate() -> None:
    """Gains and losses cancel; the miss is measured against their gross start total."""
    case = problem([[1, -5], [1, 3], [1, -2]], [300, 0], [100, 100, 100])
    estimate = estimates(case, solve(case, NEARLY_EXACT).weights)[1]
    assert abs(estimate) < 1000 * 1e-6


def test_no_facts_return_the_start() -> None:
    """Nothing pulls, so nothing moves."""
    solution = solve(problem(np.zeros((2, 0)), [], [1, 0]))
    np.testing.assert_array_equal(solution.weights, [1, 0])
    assert solution.converged
    assert solution.reason is Reason.NO_FACTS


def test_facts_already_met_leave_the_weights() -> None:
    """The start is its own calibration, without a step."""
    solution = solve(problem([[1, 2], [1, 0]], [200, 200], [100, 100]))
    np.testing.assert_array_equal(solution.weights, [100, 100])
    assert (solution.iterations, solution.converged) == (0, True)


def test_contradictory_facts_end_at_the_penalised_compromise() -> None:
    """One total said to be 90 and 110: both are missed, and the relative misses balance."""
    case = problem([[1, 1], [1, 1]], [90, 110], [50, 50])
    solution = solve(case, DualOptions(penalty=1e-6))
    total = float(solution.weights.sum())
    assert solution.converged
    assert (total / 90 - 1) / 90 == pytest.approx((1 - total / 110) / 110, rel=1e-4)


def test_impossible_fact_gives_the_least_infeasible_answer() -> None:
    """A negative target for positive contributions drives its carriers to nothing; the rest is calibrated."""
    case = problem([[1, 1], [1, 0], [1, 0]], [400, -50], [100, 100, 100])
    solution = solve(case, DualOptions(penalty=1e-3))
    assert solution.converged
    assert solution.weights[0] < 1e-6
    assert solution.weights[1:].sum() == pytest.approx(400, rel=1e-2)


def test_repeated_facts_are_one_fact_of_twice_the_importance() -> None:
    """A singular Gram matrix is no obstacle, even under a tiny penalty."""
    case = survey(facts=3)
    doubled = replace(
        case, matrix=csr(np.repeat(case.matrix.toarray(), 2, 1)), targets=np.repeat(case.targets, 2)
    )
    for penalty in (1.0, 1e-7):
        once = solve(replace(case, importance=np.full(3, 2.0)), DualOptions(penalty=penalty))
        twice = solve(doubled, DualOptions(penalty=penalty))
        assert twice.converged
        np.testing.assert_allclose(twice.weights, once.weights, rtol=1e-6)


def test_tighter_tolerance_wins_a_contradiction() -> None:
    """Half the tolerance counts like four times the importance: the stricter fact is met better."""
    case = problem([[1, 1], [1, 1]], [90, 110], [50, 50])
    strict = solve(replace(case, tolerance=np.array([0.005, 0.01]))).weights
    heavy = solve(replace(case, importance=np.array([4.0, 1.0]))).weights
    np.testing.assert_allclose(strict, heavy, rtol=1e-12)
    assert strict.sum() < solve(case).weights.sum()


def test_bounded_distance_keeps_every_ratio_inside() -> None:
    """Where entropy would go outside, the logit distance stops short and the fact is missed."""
    case = problem([[1, 1], [1, 0], [1, 0]], [300, 200], [100, 100, 100])
    solution = solve(case, DualOptions(penalty=1e-4, distance=Logit(lower=0.5, upper=1.6)))
    ratio = solution.weights / case.start
    assert solution.converged
    assert ratio.min() >= 0.5
    assert 1.5 < ratio.max() <= 1.6


def test_logit_weights_minimise_their_own_primal() -> None:
    """SLSQP on the printed logit distance, within its bounds, ends at the same weights."""
    lower, upper, penalty = 0.3, 3.0, 0.5
    case = problem([[1, 0], [1, 1], [1, 2], [1, 0]], [440, 380], [100] * 4)
    steepness = (upper - lower) / ((1 - lower) * (upper - 1))

    def objective(ratio: np.ndarray) -> float:
        low, high = (ratio - lower) / (1 - lower), (upper - ratio) / (upper - 1)
        distance = ((ratio - lower) * np.log(low) + (upper - ratio) * np.log(high)) / steepness
        misses = estimates(case, 100 * ratio) / case.targets - 1
        return float(np.mean(distance) + np.sum(misses**2) / (2 * penalty))

    inside = [(lower + 1e-9, upper - 1e-9)] * 4
    found = minimize(objective, np.ones(4), method="SLSQP", bounds=inside, options={"ftol": 1e-15})
    solution = solve(case, DualOptions(penalty=penalty, distance=Logit(lower, upper)))
    np.testing.assert_allclose(solution.weights / 100, found.x, rtol=1e-5)
    assert solution.primal_objective == pytest.approx(found.fun, rel=1e-6)
