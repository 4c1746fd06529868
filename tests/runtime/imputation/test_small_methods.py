"""What one tree, a linear regression and rank matching add to the protocol."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.imputation.cart import Cart
from runtime.imputation.ols import LeastSquares
from runtime.imputation.quantreg import QuantileRegression
from runtime.imputation.rank_match import RankMatch
from runtime.seeds import stream


def test_a_tree_copies_from_the_leaf() -> None:
    """Donors on both sides of a step give to their own side only."""
    predictors = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    targets = np.where(predictors > 0, 100.0, 0.0) + np.arange(200.0)[:, None] / 1000
    fitted = Cart(leaf=20).fit(predictors, targets, np.ones(200), stream(0, "f"))
    drawn = fitted.sample(predictors, stream(0, "d"), 5).values[..., 0]
    assert (drawn[:, :100] < 1).all()
    assert (drawn[:, 100:] >= 100).all()


@pytest.mark.parametrize("residuals", ["empirical", "normal"])
def test_a_regression_finds_slopes_and_spread(residuals: str) -> None:
    """Weighted: the heavy half has the slope 2, the light half hardly counts; the spread is kept."""
    rng = stream(1, "test", "ols")
    predictors = rng.normal(size=(4000, 1)).astype(np.float32)
    slope = np.resize([2.0, -2.0], 4000)[:, None]
    targets = slope * predictors + rng.normal(size=(4000, 1)) * 0.5
    weights = np.resize([1e6, 1e-6], 4000)
    method = LeastSquares(residuals=residuals)  # type: ignore[arg-type]
    fitted = method.fit(predictors, targets, weights, stream(0, "f"))
    recipients = np.repeat(np.array([[-1.0], [1.0]], np.float32), 4000, axis=0)
    drawn = fitted.sample(recipients, stream(0, "d")).values[0, :, 0]
    assert drawn[:4000].mean() == pytest.approx(-2.0, abs=0.06)
    assert drawn[4000:].mean() == pytest.approx(2.0, abs=0.06)
    assert drawn[:4000].std() == pytest.approx(0.5, abs=0.03)
    assert fitted.report()["0"]["residualDeviation"] == pytest.approx(0.5, abs=0.03)


def test_empirical_residuals_have_the_donors_tail_and_normal_ones_have_not() -> None:
    """One residual in fifty is 100: a normal draw of that variance is below zero half the time."""
    predictors = np.zeros((1000, 1), np.float32)
    targets = np.where(np.arange(1000) % 50 == 0, 100.0, 0.0)[:, None]
    drawn = {
        name: LeastSquares(residuals=name)
        .fit(predictors, targets, np.ones(1000), stream(0, "f"))
        .sample(np.zeros((5000, 1), np.float32), stream(0, "d"))
        .values
        for name in ("empirical", "normal")
    }
    assert (drawn["empirical"] > 90).mean() == pytest.approx(0.02, abs=0.008)
    assert drawn["empirical"].min() > -1e-6
    assert (drawn["normal"] < 0).mean() > 0.4


def test_quantile_regression_finds_spread_that_grows_and_keeps_the_tails() -> None:
    """The spread is 1 at one end and 3 at the other; levels beyond the fitted ones reach as far as donors."""
    rng = stream(3, "test", "quantreg")
    predictors = rng.uniform(size=(2000, 1)).astype(np.float32)
    targets = (1 + 2 * predictors) * rng.normal(size=(2000, 1))
    fitted = QuantileRegression(levels=9).fit(predictors, targets, np.ones(2000), stream(0, "f"))
    recipients = np.repeat(np.array([[0.0], [1.0]], np.float32), 4000, axis=0)
    drawn = fitted.sample(recipients, stream(0, "d")).values[0, :, 0]
    for part, spread in ((drawn[:4000], 1.0), (drawn[4000:], 3.0)):
        low, high = np.quantile(part, [0.2, 0.8])
        assert high - low == pytest.approx(1.683 * spread, rel=0.15)
        assert abs(np.median(part)) < 0.2 * spread
    assert drawn.max() > 7


def test_quantiles_of_a_spike_are_the_spike() -> None:
    """A tenth of the weight at 1, the rest at 0: a tenth of the draws, though no fitted level is above 0."""
    targets = np.where(np.arange(1000) % 2 == 0, 1.0, 0.0)[:, None]
    weights = np.resize([1.0, 9.0], 1000)
    fitted = QuantileRegression(levels=3).fit(
        np.zeros((1000, 1), np.float32), targets, weights, stream(0, "f")
    )
    drawn = fitted.sample(np.zeros((4000, 1), np.float32), stream(0, "d")).values
    assert (drawn > 0.5).mean() == pytest.approx(0.1, abs=0.02)
    assert (np.abs(drawn) < 1e-9).mean() == pytest.approx(0.9, abs=0.02)


def test_rank_matching_hands_out_the_donors_distribution_to_one_record() -> None:
    """Each donor's value comes up as often as his share of the recipients says, rounded; losses included."""
    rng = stream(2, "test", "ranks")
    predictors, weights = rng.normal(size=(300, 1)).astype(np.float32), rng.gamma(1.0, 1.0, size=300)
    targets = (np.arange(300.0) - 100)[:, None]
    fitted = RankMatch(trees=20).fit(predictors, targets, weights, stream(0, "f"))
    drawn = fitted.sample(np.full((5000, 1), 2.0, np.float32), stream(0, "d")).values[0, :, 0]
    uses = np.array([(drawn == value).sum() for value in targets[:, 0]])
    assert (np.abs(uses - 5000 * weights / weights.sum()) < 1).all()


def test_equal_scores_are_put_in_order_at_random() -> None:
    """With nothing to tell recipients apart, who comes first in the file does not get less."""
    targets = np.resize([0.0, 1.0], 200)[:, None]
    fitted = RankMatch(trees=20).fit(np.zeros((200, 1), np.float32), targets, np.ones(200), stream(0, "f"))
    drawn = fitted.sample(np.zeros((2000, 1), np.float32), stream(0, "d")).values[0, :, 0]
    assert drawn.mean() == pytest.approx(0.5, abs=0.001)
    assert drawn[:1000].mean() == pytest.approx(0.5, abs=0.06)


def test_bad_parameters_are_refused_by_name() -> None:
    """A parameter out of range names itself and its value."""
    with pytest.raises(ValueError, match="residuals must be one of normal, empirical, not 'cauchy'"):
        LeastSquares(residuals="cauchy")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="leaf must be a whole number of at least 1, not 0"):
        Cart(leaf=0)
