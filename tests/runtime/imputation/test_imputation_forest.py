"""What the joint donor forest adds to the protocol: whole donors, weights that count once, the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from runtime.imputation.forest import FittedForest, JointForest
from runtime.seeds import stream

Donors = tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]


def donors(n: int = 1500, seed: int = 1) -> Donors:
    """Donors whose three targets are a sum and its parts: parts are signed, or zero, or rare."""
    rng = stream(seed, "test", "donors")
    predictors = rng.normal(size=(n, 4)).astype(np.float32)
    gain = np.where(
        rng.random(n) < 0.5, 0.0, np.round(rng.normal(size=n) * 1e4 * (1 + predictors[:, 0] ** 2))
    )
    rare = np.where(rng.random(n) < 0.009, -7.0, 0.0)
    targets = np.column_stack([gain + rare, gain, rare])
    return predictors, targets, rng.gamma(2.0, 100.0, size=n)


def people(m: int = 4000, seed: int = 2) -> NDArray[np.float32]:
    """Recipients of the same population as the donors."""
    return stream(seed, "test", "recipients").normal(size=(m, 4)).astype(np.float32)


def test_every_recipient_carries_one_donor_whole() -> None:
    """Each imputed row is, to the bit, the target row of the donor it names."""
    predictors, targets, weights = donors()
    draw = (
        JointForest(trees=10)
        .fit(predictors, targets, weights, stream(0, "f"))
        .sample(people(), stream(0, "d"), 3)
    )
    assert draw.donors is not None
    assert draw.values.shape == (3, 4000, 3)
    np.testing.assert_array_equal(draw.values, targets[draw.donors])


def test_identities_signs_and_zeros_of_the_donors_hold() -> None:
    """The total is gain + rare on every row, with losses, gains and exact zeros all present."""
    predictors, targets, weights = donors()
    fitted = JointForest(trees=20).fit(predictors, targets, weights, stream(0, "f"))
    total, gain, rare = fitted.sample(people(), stream(0, "d")).values[0].T
    np.testing.assert_array_equal(total, gain + rare)
    assert abs((gain == 0).mean() - np.average(targets[:, 1] == 0, weights=weights)) < 0.04
    assert {-1.0, 0.0, 1.0} == set(np.sign(gain))


def test_a_rare_class_survives() -> None:
    """A class of 0.9 % of donors keeps its weighted share, within four standard errors."""
    predictors, targets, weights = donors(n=3000)
    fitted = JointForest(trees=50).fit(predictors, targets, weights, stream(0, "f"))
    drawn = (fitted.sample(people(20_000), stream(0, "d")).values[0][:, 2] == -7.0).mean()
    share = np.average(targets[:, 2] == -7.0, weights=weights)
    assert 0.003 < share < 0.02
    assert abs(drawn - share) < 4 * np.sqrt(share / 3000)


def test_weights_count_once() -> None:
    """With weights 9 to 1 the draws show a 0.9 share, neither 0.5 (ignored) nor 0.988 (squared)."""
    rng = stream(3, "test", "once")
    predictors = rng.normal(size=(4000, 2)).astype(np.float32)
    heavy = np.arange(4000) % 2 == 0
    fitted = JointForest(trees=30).fit(
        predictors, heavy.astype(np.float64)[:, None], np.where(heavy, 9.0, 1.0), stream(0, "f")
    )
    drawn = fitted.sample(rng.normal(size=(10_000, 2)).astype(np.float32), stream(0, "d")).values
    assert drawn.mean() == pytest.approx(0.9, abs=0.02)


def test_weights_shape_the_trees() -> None:
    """Splits follow the heavy donors' signal, which the light ones contradict."""
    rng = stream(4, "test", "grow")
    side = rng.random(2000) < 0.5
    heavy = rng.random(2000) < 0.5
    predictors = np.column_stack([side, rng.random(2000)]).astype(np.float32)
    fitted = JointForest(trees=20, leaf=50).fit(
        predictors, (side == heavy).astype(np.float64)[:, None], np.where(heavy, 50.0, 1.0), stream(0, "f")
    )
    ask = np.array([[0.0, 0.5], [1.0, 0.5]], dtype=np.float32).repeat(500, axis=0)
    low, high = fitted.sample(ask, stream(0, "d")).values[0, :, 0].reshape(2, 500).mean(axis=1)
    assert low < 0.1
    assert high > 0.9


def test_donors_imputed_onto_themselves_keep_their_weighted_total() -> None:
    """Averaged over draws, the donors' own weighted total comes back: each leaf holds its weighted share."""
    predictors, targets, weights = donors()
    fitted = JointForest(trees=20).fit(predictors, targets, weights, stream(0, "f"))
    zeros = (fitted.sample(predictors, stream(0, "d"), 40).values[:, :, 1] == 0).mean(axis=0)
    assert weights @ zeros / weights.sum() == pytest.approx(
        np.average(targets[:, 1] == 0, weights=weights), abs=0.004
    )


def test_zero_weight_donors_are_never_drawn() -> None:
    """A donor of weight zero leaves no trace, even where it is the nearest."""
    predictors, targets, weights = donors()
    weights[::2] = 0.0
    draw = (
        JointForest(trees=10, leaf=1)
        .fit(predictors, targets, weights, stream(0, "f"))
        .sample(predictors, stream(0, "d"), 3)
    )
    assert draw.donors is not None
    assert (draw.donors % 2 == 1).all()


def test_missing_is_not_zero() -> None:
    """Donors with a missing predictor answer for recipients with it missing, not for those at zero."""
    rng = stream(5, "test", "missing")
    missing = rng.random(2000) < 0.5
    predictors = np.where(missing, np.nan, 0.0).astype(np.float32)[:, None]
    fitted = JointForest(trees=10).fit(
        predictors, missing.astype(np.float64)[:, None], np.ones(2000), stream(0, "f")
    )
    ask = np.array([[np.nan], [0.0]], dtype=np.float32).repeat(200, axis=0)
    drawn = fitted.sample(ask, stream(0, "d")).values[0, :, 0]
    np.testing.assert_array_equal(drawn, np.repeat([1.0, 0.0], 200))


def test_the_forest_learns_the_condition() -> None:
    """Targets that depend on a predictor come back with that dependence."""
    rng = stream(6, "test", "learn")
    predictors = rng.normal(size=(3000, 3)).astype(np.float32)
    targets = np.exp(2.0 * predictors[:, :1].astype(np.float64) + 0.1 * rng.normal(size=(3000, 1)))
    fitted = JointForest(trees=20).fit(predictors, targets, np.ones(3000), stream(0, "f"))
    ask = rng.normal(size=(2000, 3)).astype(np.float32)
    drawn = fitted.sample(ask, stream(0, "d")).values[0, :, 0]
    assert np.corrcoef(np.log(drawn), ask[:, 0])[0, 1] > 0.95


def test_smaller_bootstraps_still_reach_every_donor() -> None:
    """`donors_per_tree` bounds the growing only: donors outside every bag are drawn too."""
    predictors, targets, weights = donors(n=400)
    fitted = JointForest(trees=2, donors_per_tree=20).fit(predictors, targets, weights, stream(0, "f"))
    draw = fitted.sample(predictors, stream(0, "d"), 100)
    assert draw.donors is not None
    assert len(np.unique(draw.donors)) > 300


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_do_not_change_the_bytes(n_jobs: int) -> None:
    """One thread and several give the same draw."""
    assert fingerprint(n_jobs=1) == fingerprint(n_jobs=n_jobs)


def test_how_many_are_drawn_at_a_time_does_not_change_the_bytes() -> None:
    """One after the other, in chunks that cut through a draw, and all at once."""
    predictors, targets, weights = donors(300)
    fitted = JointForest(trees=300, n_jobs=2).fit(predictors, targets, weights, stream(0, "f"))
    whole = fitted.choose(people(500), stream(0, "d"), 3)
    for size in (113, 499, 1500):
        chunked = replace(fitted, at_a_time=size, n_jobs=1)
        np.testing.assert_array_equal(chunked.choose(people(500), stream(0, "d"), 3), whole)


def test_memory_of_a_draw_is_bounded_by_the_chunk_and_not_by_the_recipients() -> None:
    """Beside predictors and result, each more recipient takes a byte for his tree and one a predictor."""
    predictors, targets, weights = donors(300)
    fitted = JointForest(trees=10).fit(predictors, targets, weights, stream(0, "f"))
    chunked, few, many = replace(fitted, at_a_time=10_000, n_jobs=1), people(100_000), people(400_000)
    more = _working_memory(chunked, many) - _working_memory(chunked, few)
    assert more < 1.2 * 300_000 * (1 + many.shape[1])
    assert _working_memory(replace(fitted, n_jobs=1), many) > 300_000 * 24 + _working_memory(chunked, many)


def _working_memory(fitted: FittedForest, recipients: NDArray[np.float32]) -> int:
    """Return the most bytes that naming donors holds beside what it is given and what it returns."""
    fitted.choose(recipients[:10], stream(0, "d"))
    tracemalloc.start()
    chosen = fitted.choose(recipients, stream(0, "d"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most - chosen.nbytes


def test_another_process_and_hash_seed_give_the_same_bytes() -> None:
    """The draw depends on the seed alone."""
    code = "import test_imputation_forest as t; print(t.fingerprint(n_jobs=1))"
    there = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == fingerprint(n_jobs=1)


def test_naming_donors_is_the_draw_without_the_copy() -> None:
    """`choose` names the donors that `sample` copies, draw by draw."""
    predictors, targets, weights = donors(400)
    fitted = JointForest(trees=8).fit(predictors, targets, weights, stream(0, "f"))
    copied, chosen = (
        fitted.sample(people(300), stream(0, "d"), 2),
        fitted.choose(people(300), stream(0, "d"), 2),
    )
    np.testing.assert_array_equal(copied.donors, chosen)


def test_units_of_a_predictor_do_not_matter() -> None:
    """Trees see ranks: donors imputed onto themselves are drawn alike in dollars and in their cubes."""
    predictors, targets, weights = donors(400)
    cubes = predictors**3
    dollars, cubed = (
        JointForest(trees=8).fit(x, targets, weights, stream(0, "f")).choose(x, stream(0, "d"))
        for x in (predictors, cubes)
    )
    np.testing.assert_array_equal(dollars, cubed)


def test_who_misses_what_no_donor_misses_goes_with_most() -> None:
    """A value that only a recipient lacks is not taken for a low one."""
    rng = stream(7, "test", "strange")
    high = rng.random(2000) < 0.8
    predictors = np.where(high, rng.uniform(1.0, 2.0, 2000), rng.uniform(-2.0, -1.0, 2000)).astype(np.float32)
    fitted = JointForest(trees=30).fit(
        predictors[:, None], high.astype(np.float64)[:, None], np.ones(2000), stream(0, "f")
    )
    drawn = fitted.sample(np.full((500, 1), np.nan, np.float32), stream(0, "d")).values
    assert drawn.mean() > 0.95


@pytest.mark.parametrize(
    "parameters",
    [
        {"trees": 0},
        {"leaf": 0},
        {"predictors_per_split": 0},
        {"donors_per_tree": -1},
        {"n_jobs": 0},
        {"leaf": 2.5},
    ],
)
def test_bad_parameters_are_refused_by_name(parameters: dict[str, int]) -> None:
    """A parameter out of range names itself."""
    with pytest.raises(ValueError, match=next(iter(parameters))):
        JointForest(**parameters)


def test_more_predictors_per_split_than_predictors_is_refused() -> None:
    """scikit-learn's own message would not say which number is wrong."""
    with pytest.raises(ValueError, match="predictors_per_split is 5, but there are 4 predictors"):
        JointForest(predictors_per_split=5).fit(*donors(50), stream(0, "f"))


def fingerprint(n_jobs: int) -> str:
    """Hash of a small draw."""
    fitted = JointForest(trees=8, predictors_per_split=2, n_jobs=n_jobs).fit(*donors(400), stream(0, "f"))
    return hashlib.sha256(fitted.sample(people(300), stream(0, "d"), 2).values.tobytes()).hexdigest()
