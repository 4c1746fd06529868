"""Rubin's rules: figures by hand, known coverage, and refusals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from specc import combine


def test_figures_are_those_of_the_rules() -> None:
    """Three draws, worked out by hand; a small sample has fewer degrees of freedom."""
    pooled = combine([9.0, 10.0, 11.0], [2.0, 3.0, 4.0])
    assert (pooled.estimate, pooled.within, pooled.between, pooled.draws) == (10.0, 3.0, 1.0, 3)
    assert pooled.total == pytest.approx(13 / 3)
    assert pooled.degrees == pytest.approx(2 * (13 / 4) ** 2)
    ratio = 4 / 9
    assert pooled.missing_information == pytest.approx((ratio + 2 / (pooled.degrees + 3)) / (ratio + 1))
    observed = 21 / 23 * 20 * 9 / 13
    small = combine([9.0, 10.0, 11.0], [2.0, 3.0, 4.0], complete_degrees=20)
    assert small.degrees == pytest.approx(1 / (1 / pooled.degrees + 1 / observed))
    low, high = small.interval()
    assert low + high == pytest.approx(20.0)
    assert high - low > 2 * 1.96 * small.error


def test_draws_that_do_not_differ_leave_the_sample_s_uncertainty() -> None:
    """The interval is the normal one, or that of the complete sample's degrees of freedom."""
    pooled = combine([5.0, 5.0], [4.0, 4.0])
    assert (pooled.total, pooled.degrees, pooled.missing_information) == (4.0, math.inf, 0.0)
    assert pooled.interval() == pytest.approx((5 - 1.959964 * 2, 5 + 1.959964 * 2))
    assert combine([5.0, 5.0], [4.0, 4.0], complete_degrees=10).degrees == pytest.approx(110 / 13)
    census = combine([5.0, 6.0], [0.0, 0.0], complete_degrees=10)
    assert (census.degrees, census.missing_information) == (1.0, 1.0)


def _interval(rng: np.random.Generator, draws: int) -> tuple[float, float]:
    """Return the interval of a weighted mean of 100 values about 3, of which 40 are missing and imputed."""
    values, weights = rng.normal(3.0, 2.0, 100), rng.uniform(0.5, 2.0, 100)
    seen = values[:60]
    estimates, variances = [], []
    for _ in range(draws):
        spread = math.sqrt(59 * seen.var(ddof=1) / rng.chisquare(59))
        values[60:] = rng.normal(rng.normal(seen.mean(), spread / math.sqrt(60)), spread, 40)
        mean = float(np.average(values, weights=weights))
        estimates.append(mean)
        variances.append(float((weights**2 * (values - mean) ** 2).sum() / weights.sum() ** 2))
    return combine(estimates, variances, complete_degrees=99).interval()


def test_intervals_cover_as_often_as_they_say() -> None:
    """Proper draws of a weighted mean: 95 of 100 intervals hold the truth, but for four standard errors."""
    rng = np.random.default_rng(1987)
    runs = 2_000
    intervals = [_interval(rng, 10) for _ in range(runs)]
    held = sum(low < 3.0 < high for low, high in intervals)
    assert abs(held - 0.95 * runs) < 4 * math.sqrt(runs * 0.95 * 0.05)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (([1.0], [1.0]), "give at least two"),
        (([1.0, 2.0], [1.0]), "2 estimates have 1 variances"),
        (([1.0, math.nan], [1.0, 1.0]), "estimates: number 1 is nan"),
        (([1.0, 2.0], [1.0, -1.0]), "-1.0 is negative"),
        (([[1.0, 2.0]], [1.0, 1.0]), "estimates must be a list of numbers"),
    ],
)
def test_what_cannot_be_pooled_is_refused(given: tuple[Any, Any], said: str) -> None:
    """With the value."""
    with pytest.raises(ValueError, match=said):
        combine(*given)


def test_degrees_and_confidence_have_their_ranges() -> None:
    """Zero degrees of freedom, or a confidence in per cent, are mistakes."""
    with pytest.raises(ValueError, match="complete_degrees is 0"):
        combine([1.0, 2.0], [1.0, 1.0], complete_degrees=0)
    with pytest.raises(ValueError, match="confidence is 95"):
        combine([1.0, 2.0], [1.0, 1.0]).interval(95)
