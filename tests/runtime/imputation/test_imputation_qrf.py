"""What the chained quantile forest adds to the protocol: exact quantiles, a chain, an optional package."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from runtime.imputation import qrf
from runtime.imputation.qrf import ChainedQuantileForest, QuantileForestLearner
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray


def known(n: int = 400, seed: int = 1) -> NDArray[np.float32]:
    """Three predictors."""
    return stream(seed, "test", "qrf").normal(size=(n, 3)).astype(np.float32)


def test_quantiles_agree_with_the_package() -> None:
    """Each row's quantile is one of the two observed values between which the package interpolates."""
    predictors = known()
    targets = np.exp(predictors[:, :1].astype(np.float64))
    learner = QuantileForestLearner(9, 5, None, 1)
    forest = learner.fit(predictors, targets[:, 0], np.ones(400), stream(0, "f")).forest
    for level in (0.05, 0.31, 0.5, 0.77, 0.98):
        mine = qrf._quantile_each(forest, predictors, np.full(400, level))
        low, high = (
            forest.predict(predictors, quantiles=[level], interpolation=name) for name in ("lower", "higher")
        )
        assert ((low <= mine) & (mine <= high)).all()


def test_the_chain_keeps_targets_together() -> None:
    """A second target that copies the first is drawn close to the draw of the first."""
    predictors = known(800)
    first = stream(2, "test", "first").normal(size=800)
    fitted = ChainedQuantileForest(trees=20).fit(
        predictors, np.column_stack([first, first]), np.ones(800), stream(0, "f")
    )
    one, two = fitted.sample(predictors, stream(0, "d")).values[0].T
    assert np.corrcoef(one, two)[0, 1] > 0.95


def test_no_amounts_are_invented_between_zero_and_the_positives() -> None:
    """Every draw of the first target is a donor's value."""
    predictors = known()
    targets = np.where(predictors[:, :1] > 0, 1000.0, 0.0)
    fitted = ChainedQuantileForest(trees=10).fit(predictors, targets, np.ones(400), stream(0, "f"))
    assert set(np.unique(fitted.sample(predictors, stream(0, "d"), 3).values)) == {0.0, 1000.0}


def test_missing_is_not_zero() -> None:
    """Donors with a missing predictor answer for recipients with it missing, not for those at zero."""
    missing = np.arange(600) % 2 == 0
    predictors = np.where(missing, np.nan, 0.0).astype(np.float32)[:, None]
    fitted = ChainedQuantileForest(trees=10).fit(
        predictors, missing.astype(np.float64)[:, None], np.ones(600), stream(0, "f")
    )
    ask = np.array([[np.nan], [0.0]], dtype=np.float32)
    assert fitted.sample(ask, stream(0, "d")).values[0, :, 0].tolist() == [1.0, 0.0]


def test_threads_do_not_change_the_bytes() -> None:
    """One thread and two give the same draw."""

    def values(n_jobs: int) -> bytes:
        method = ChainedQuantileForest(trees=8, n_jobs=n_jobs)
        fitted = method.fit(known(), known(seed=3).astype(np.float64), np.ones(400), stream(0, "f"))
        return fitted.sample(known(), stream(0, "d")).values.tobytes()

    assert values(1) == values(2)


def test_pythons_global_generator_is_left_alone() -> None:
    """The package seeds it; specc has no global randomness."""
    before = random.getstate()
    ChainedQuantileForest(trees=2).fit(known(), known().astype(np.float64), np.ones(400), stream(0, "f"))
    assert random.getstate() == before


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without quantile-forest the fit fails with the command that helps."""
    monkeypatch.setitem(sys.modules, "quantile_forest", None)
    with pytest.raises(ModuleNotFoundError, match="pip install 'quantile-forest"):
        ChainedQuantileForest().fit(known(), known().astype(np.float64), np.ones(400), stream(0, "f"))


def test_every_level_is_drawn_to_both_ends() -> None:
    """No grid of quantiles: the least and the greatest donor are both drawn, and hundreds between."""
    targets = stream(5, "test", "tails").normal(size=(400, 1))
    fitted = ChainedQuantileForest(trees=200).fit(known(), targets, np.ones(400), stream(0, "f"))
    drawn = fitted.sample(known(4000, 6), stream(0, "d"), 2).values
    assert (drawn.min(), drawn.max()) == (targets.min(), targets.max())
    assert len(np.unique(drawn)) > 390


def test_more_predictors_a_split_than_there_are_is_refused() -> None:
    """The message has both numbers."""
    with pytest.raises(ValueError, match="predictors_per_split is 7, but there are 3 predictors"):
        ChainedQuantileForest(trees=2, predictors_per_split=7).fit(
            known(), known().astype(np.float64), np.ones(400), stream(0, "f")
        )


def test_bad_parameters_are_refused_by_name() -> None:
    """A parameter out of range names itself and its value."""
    with pytest.raises(ValueError, match="leaf must be a whole number of at least 1, not 0"):
        ChainedQuantileForest(leaf=0)
