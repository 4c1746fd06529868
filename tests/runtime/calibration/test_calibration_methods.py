"""What each solver beside the dual is for, on problems whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from calibration_cases import csr, estimates, problem, survey

from runtime.calibration.cube import balanced_sample
from runtime.calibration.problem import Problem, miss_scale
from runtime.calibration.solvers import Limits, Unmet, Unsupported, kinds, solve, solver
from runtime.calibration.solvers.exact_k import probabilities
from runtime.errors import NodeFailed
from runtime.seeds import stream
from specc import calibrate


def _exact(case: Problem) -> Problem:
    return replace(case, exact=np.ones(len(case.targets), bool))


def needs(package: str, extra: str) -> pytest.MarkDecorator:
    """Skip a test where a package is not installed, and say what brings it."""
    return pytest.mark.skipif(find_spec(package) is None, reason=f"pip install 'specc[{extra}]'")


def test_raking_converges_to_the_dual_with_entropy_and_exact_facts() -> None:
    """Counts, amounts and signed amounts: the same optimum from the other side."""
    case = _exact(survey())
    raked, optimal = (solve(solver(kind), case).weights for kind in ("ipf", "dual"))
    np.testing.assert_allclose(raked, optimal, rtol=1e-6)


def test_raking_to_nothing_leaves_nothing() -> None:
    """A count of zero: those who are counted have no weight, all others are as they were."""
    case = problem([[1, 0], [1, 1], [0, 1]], [0, 6], [2, 2, 2])
    np.testing.assert_allclose(solve(solver("ipf"), case).weights, [0, 0, 6])


def test_raking_refuses_a_negative_count_by_name() -> None:
    """No weights of 0 or more make it."""
    case = replace(problem([[1, 1], [1, 0]], [-3, 4], [1, 1]), names=("losses", "people"))
    with pytest.raises(Unmet, match=r"no weights meet fact 0 \(losses\)"):
        solve(solver("ipf"), case)


def test_raking_that_needs_more_sweeps_says_that_weights_exist() -> None:
    """It is no contradiction."""
    with pytest.raises(Unmet, match="after 1 sweeps, though there are weights that nearly meet them"):
        solve(solver("ipf", sweeps=1), _exact(survey()))


def test_a_balanced_sample_has_its_size_and_its_estimates() -> None:
    """Every estimate of the flight is that of all records, and the size is exact."""
    case = survey(records=3000, facts=30)
    rows, start = np.arange(3000), case.start
    shares = probabilities(start, 400)
    drawn = balanced_sample(case.matrix, rows, start, shares, miss_scale(case), stream(3, "sample"))
    weights = np.zeros(3000)
    weights[drawn.chosen] = start[drawn.chosen] / shares[drawn.chosen]
    assert len(drawn.chosen) == 400
    assert drawn.drift < 1e-9
    missed = np.abs(estimates(case, weights) - estimates(case, start)) / miss_scale(case)
    at_random = np.random.default_rng(1).choice(3000, 400, replace=False, p=start / start.sum())
    plain = np.zeros(3000)
    plain[at_random] = start.sum() / 400
    assert np.mean(missed) < 0.2 * np.mean(
        np.abs(estimates(case, plain) - estimates(case, start)) / miss_scale(case)
    )


def test_inclusion_is_as_probable_as_it_was_said_to_be() -> None:
    """Over 300 samples of 6 of 20: each record as often as its share says, within four deviations."""
    case = survey(records=20, facts=2)
    shares, rows = probabilities(case.start, 6), np.arange(20)
    counts = np.zeros(20)
    for number in range(300):
        drawn = balanced_sample(case.matrix, rows, case.start, shares, miss_scale(case), stream(number, "s"))
        counts[drawn.chosen] += 1
    deviation = np.sqrt(300 * shares * (1 - shares))
    assert (np.abs(counts - 300 * shares) < 4 * deviation).all()


def test_facts_that_repeat_each_other_do_not_stop_a_sample() -> None:
    """The same fact twice, and the sum of two others: the equations depend on each other."""
    case = survey(records=500, facts=6)
    dense = case.matrix.toarray()
    twice = csr(np.column_stack([dense, dense[:, 0], dense[:, 1] + dense[:, 2]]))
    rows, shares = np.arange(500), probabilities(case.start, 77)
    drawn = balanced_sample(twice, rows, case.start, shares, np.ones(8), stream(1, "s"))
    assert len(drawn.chosen) == 77


def test_large_records_are_certain() -> None:
    """One that stands for more than its share is in, and the rest share what is left."""
    shares = probabilities(np.array([1000.0, 1.0, 1.0, 1.0, 1.0]), 3)
    np.testing.assert_allclose(shares, [1, 0.5, 0.5, 0.5, 0.5])


def test_exactly_k_records_meet_the_facts_of_all() -> None:
    """A tenth of the records, refitted, is as near as all of them."""
    case = survey(records=2000, facts=20)
    few = solve(solver("exact_k", records=200, penalty=0.01), case, random=stream(1, "k"))
    assert np.count_nonzero(few.weights) == 200
    np.testing.assert_allclose(estimates(case, few.weights), case.targets, rtol=0.01)


def test_facts_that_none_of_the_chosen_carries_are_named() -> None:
    """A fact of one record, which is not among the ten: nothing can be done about it, and it is said."""
    dense = np.ones((50, 2))
    dense[:, 1] = np.arange(50) == 17
    case = Problem(csr(dense), np.array([5000.0, 1e-3]), np.full(50, 100.0), names=("all", "rare"))
    missed = [
        solve(solver("exact_k", records=10), case, random=stream(seed, "k")).details["lost_facts"]
        for seed in range(8)
    ]
    assert ["rare"] in missed


def test_a_sum_of_weights_is_kept_against_the_facts() -> None:
    """They say that there are fewer, and have a tolerance."""
    case = problem([[1], [1], [1]], [200], [100, 100, 100])
    kept = solve(solver("dual", penalty=0.01), case, Limits(mass=True)).weights
    assert kept.sum() == pytest.approx(300, rel=1e-8)
    assert solve(solver("dual", penalty=0.01), case).weights.sum() < 210


@needs("microcalibrate", "microcalibrate")
def test_microcalibrate_has_none_of_the_bias_of_its_loss() -> None:
    """Targets near -1, below it, near zero and zero: each met to a ten-thousandth of its size."""
    rng = np.random.default_rng(4)
    dense = rng.normal(0.2, 1, (300, 4)) * [-1e-2, 1e-4, 1e-6, 1]
    start = np.ones(300)
    case = Problem(csr(dense), np.array([-1.0, 0.01, 1e-4, 0.0]), start)
    found = solve(solver("microcalibrate", epochs=800), case, random=stream(1, "m"))
    missed = np.abs(estimates(case, found.weights) - case.targets) / miss_scale(case)
    assert missed.max() < 1e-3, missed


@needs("microcalibrate", "microcalibrate")
def test_microcalibrate_says_that_its_budget_was_binding() -> None:
    """A tiny step, a few times: no weight gets anywhere."""
    found = solve(solver("microcalibrate", epochs=20, learning_rate=1e-3), survey(), random=stream(1, "m"))
    assert found.at_limit
    assert not found.converged
    assert found.details["largest_log_ratio"] < 0.03


@needs("microcalibrate", "microcalibrate")
def test_noise_is_drawn_from_the_stream_that_is_given() -> None:
    """With noise the seed matters; without, it does not."""

    def bytes_of(noise: float, seed: int) -> bytes:
        how = solver("microcalibrate", epochs=5, noise_level=noise)
        return solve(how, survey(), random=stream(seed, "m")).weights.tobytes()

    assert bytes_of(10.0, 1) == bytes_of(10.0, 1)
    assert bytes_of(10.0, 1) != bytes_of(10.0, 2)
    assert bytes_of(0.0, 1) == bytes_of(0.0, 2)


@needs("l0", "l0")
def test_gates_leave_as_many_records_as_were_asked_for() -> None:
    """The number is exact, and the search says how near its penalty came."""
    case = survey(records=600, facts=10)
    how = solver("l0", records=90, epochs=100, tries=8, penalty=0.01)
    found = solve(how, case, random=stream(1, "l0"))
    assert np.count_nonzero(found.weights) == 90
    np.testing.assert_allclose(estimates(case, found.weights), case.targets, rtol=0.02)
    assert abs(found.details["open"] - 90) < 45
    assert found.details["tries"] <= 8


@needs("torch", "l0")
def test_a_gpu_that_is_not_there_is_refused() -> None:
    """Nothing falls back to the processor unless `auto` says so."""
    import torch  # noqa: PLC0415 - seconds

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ValueError, match="`device: cuda`, and torch reaches no GPU here"):
        solve(solver("microcalibrate", device="cuda"), survey(), random=stream(1, "m"))
    solve(solver("microcalibrate", device="auto", epochs=2), survey(), random=stream(1, "m"))


@needs("torch", "l0")
def test_the_product_of_a_gpu_is_that_of_the_processor() -> None:
    """The same estimates and derivative from torch's sparse tensors, tried where they run too."""
    import torch  # noqa: PLC0415 - seconds

    from runtime.calibration.solvers import torched  # noqa: PLC0415

    case, scaling = survey(), np.linspace(0.5, 2.0, 12)
    start, pulls = torch.from_numpy(case.start.astype(np.float32)), torch.linspace(-1, 1, 12)
    ends = (
        torched._on_host(torch, case.matrix, scaling),
        torched._on_device(torch, case.matrix, scaling, "cpu"),
    )
    for which, given in ((0, start), (1, pulls)):
        ours, theirs = (end[which](given).numpy() for end in ends)
        np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_a_solver_of_nobody_is_refused_with_what_to_install() -> None:
    """An entry point is looked for when a step runs."""
    with pytest.raises(NodeFailed, match="no installed package offers the solver acme_solver"):
        solver("entry_point", name="acme_solver", version="1.2")
    assert "entry_point" in kinds()


def test_python_takes_what_a_bundle_takes() -> None:
    """A kind, or a mapping with settings; what the method cannot keep is refused with a remedy."""
    case = survey(records=600, facts=4)
    matrix, targets = case.matrix, case.targets
    few = calibrate(
        matrix, targets, case.start, tolerance=0.01, method={"kind": "exact_k", "records": 50}, seed=3
    )
    again = calibrate(
        matrix, targets, case.start, tolerance=0.01, method={"kind": "exact_k", "records": 50}, seed=3
    )
    assert np.count_nonzero(few.weights) == 50
    assert few.weights.tobytes() == again.weights.tobytes()
    raked = calibrate(matrix, targets, case.start, method="ipf", mass="conserve")
    assert raked.weights.sum() == pytest.approx(case.start.sum(), rel=1e-7)
    assert raked.relative_gap is None
    assert raked.facts["pull"].null_count() == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"method": "ipf", "bounds": (0.5, 2.0)}, "ipf cannot keep bounds on the ratios of weights"),
        ({"method": "microcalibrate"}, r"to be met exactly: fact 0 .*; give it a tolerance"),
        ({"method": "rake"}, "there is no method `rake`; they are dual, ipf"),
        ({"method": {"records": 5}}, "method has no `kind`; they are dual"),
        ({"method": {"kind": "exact_k"}}, "method `exact_k` needs `records`"),
        ({"method": "ipf", "distance": "chi_square"}, "method `ipf` has no setting `distance`"),
        ({"method": {"kind": "dual", "penalty": 1.0}, "penalty": 2.0}, "`penalty` is said by the method"),
        ({"weight_bounds": (5.0, 2.0)}, r"weight_bounds are \(5.0, 2.0\)"),
    ],
)  # fmt: skip
def test_python_refuses_what_means_nothing(asked: dict[str, object], said: str) -> None:
    """With what there is instead."""
    case = survey()
    with pytest.raises((ValueError, Unsupported), match=said):
        calibrate(case.matrix, case.targets, case.start, **asked)  # type: ignore[arg-type]
