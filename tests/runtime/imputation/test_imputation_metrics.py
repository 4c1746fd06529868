"""The scores agree with their definitions, written out the slow way or known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from runtime.imputation import metrics
from runtime.seeds import stream

Floats = NDArray[np.float64]


@pytest.fixture
def scored() -> tuple[Floats, Floats, Floats]:
    """Truth (50, 3), imputed (4, 50, 3) and weights (50,)."""
    rng = stream(1, "test", "metrics")
    truth = np.round(rng.normal(size=(50, 3)))
    return truth, np.round(rng.normal(size=(4, 50, 3)) + 0.3), rng.gamma(2.0, size=50)


def repeated(values: Floats, counts: NDArray[np.int64]) -> Floats:
    """Rows repeated: what whole-number weights stand for."""
    return np.repeat(values, counts, axis=0)


def test_crps_is_the_energy_form_over_pairs(scored: tuple[Floats, Floats, Floats]) -> None:
    """The sorted formula equals the sum over all pairs of draws."""
    truth, imputed, weights = scored
    pairs = [np.abs(imputed[i] - imputed[j]) for i in range(4) for j in range(4) if i != j]
    slow = np.abs(imputed - truth).mean(axis=0) - np.mean(pairs, axis=0) / 2
    np.testing.assert_allclose(
        metrics.crps(truth, imputed, weights), np.average(slow, axis=0, weights=weights), rtol=1e-12
    )


def test_crps_of_a_normal_forecast_is_the_known_value() -> None:
    """CRPS of N(0, 1) at 0 is (sqrt(2) - 1) / sqrt(pi), even from three draws: the fair form is unbiased."""
    draws = stream(2, "test", "crps").normal(size=(3, 200_000, 1))
    value = metrics.crps(np.zeros((200_000, 1)), draws, np.ones(200_000))[0]
    assert value == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), abs=0.004)


def test_crps_needs_two_draws(scored: tuple[Floats, Floats, Floats]) -> None:
    """One draw says nothing about spread."""
    truth, imputed, weights = scored
    with pytest.raises(ValueError, match="at least 2 draws a record, not 1"):
        metrics.crps(truth, imputed[:1], weights)


@pytest.mark.parametrize("name", ["crps", "total_errors", "rank_correlation_error"])
def test_whole_weights_are_repeated_records(scored: tuple[Floats, Floats, Floats], name: str) -> None:
    """Weight 3 is the record three times."""
    truth, imputed, _ = scored
    counts = np.arange(50) % 4
    score = getattr(metrics, name)
    longer = np.stack([repeated(draw, counts) for draw in imputed])
    expected = score(repeated(truth, counts), longer, np.ones(counts.sum()))
    np.testing.assert_allclose(score(truth, imputed, counts.astype(np.float64)), expected, rtol=1e-9)


def test_zero_shares_are_weighted() -> None:
    """A quarter of the weight is at zero in truth, three quarters in the draw."""
    shares = metrics.zero_shares(np.array([[0.0], [5.0]]), np.array([[[-1.0], [0.0]]]), np.array([1.0, 3.0]))
    assert (shares.truth[0], shares.imputed[0], shares.error[0]) == (0.25, 0.75, 0.5)


def test_total_errors_are_relative_and_signed() -> None:
    """A loss of 100 imputed as a loss of 150 is an error of -0.5."""
    errors = metrics.total_errors(np.array([[-50.0]]), np.array([[[-75.0]]]), np.array([2.0]))
    assert errors[0] == -0.5


def test_a_zero_total_has_no_relative_error() -> None:
    """The message names the column."""
    truth = np.array([[1.0, 0.0]])
    with pytest.raises(ValueError, match="total of column 1 is zero"):
        metrics.total_errors(truth, truth[None], np.ones(1))


def test_rank_correlations_agree_with_scipy(scored: tuple[Floats, Floats, Floats]) -> None:
    """With equal weights the matrix is scipy's Spearman matrix, ties included."""
    from scipy.stats import spearmanr  # noqa: PLC0415 - only this test needs it

    truth = scored[0]
    expected = spearmanr(truth).statistic
    np.testing.assert_allclose(metrics.rank_correlations(truth, np.ones(50)), expected, atol=1e-12)


def test_a_constant_column_is_uncorrelated() -> None:
    """Undefined correlations count as zero instead of spreading NaN."""
    values = np.column_stack([np.arange(5.0), np.ones(5)])
    np.testing.assert_array_equal(metrics.rank_correlations(values, np.ones(5)).round(12), np.eye(2))


def test_rank_correlation_error_sees_a_reversed_pair() -> None:
    """Perfect concordance imputed as perfect discordance is an error of 2."""
    up = np.arange(9.0)
    truth, imputed = np.column_stack([up, up]), np.column_stack([up, -up])
    assert metrics.rank_correlation_error(truth, imputed[None], np.ones(9)) == pytest.approx(2.0)


def test_weighted_quantiles_are_observed_values() -> None:
    """Half the weight lies at or below 10, so 10 is the median."""
    values = np.array([[30.0], [10.0], [20.0]])
    found = metrics.weighted_quantiles(values, np.array([1.0, 2.0, 1.0]), np.array([0.0, 0.5, 0.51, 1.0]))
    assert found[:, 0].tolist() == [10.0, 10.0, 20.0, 30.0]


def test_quantile_errors_are_in_units_of_the_target() -> None:
    """A shift of 7 is an error of 7 at each probability; one outside [0, 1] is refused."""
    truth = np.arange(20.0)[:, None]
    errors = metrics.quantile_errors(truth, truth[None] + 7.0, np.ones(20), np.array([0.1, 0.9]))
    assert errors.tolist() == [[7.0], [7.0]]
    with pytest.raises(ValueError, match=r"probabilities must lie in \[0, 1\]"):
        metrics.quantile_errors(truth, truth[None], np.ones(20), np.array([1.5]))


def test_mean_absolute_deviation_is_weighted() -> None:
    """Weights 3 and 1 at 0 and 4: mean 1, deviations 1 and 3."""
    assert metrics.mean_absolute_deviation(np.array([[0.0], [4.0]]), np.array([3.0, 1.0]))[0] == 1.5


def test_shapes_that_do_not_match_are_shown(scored: tuple[Floats, Floats, Floats]) -> None:
    """A two-dimensional imputation is the usual slip."""
    truth, imputed, weights = scored
    with pytest.raises(ValueError, match=r"not \(50, 3\), \(50, 3\) and \(50,\)"):
        metrics.zero_shares(truth, imputed[0], weights)
