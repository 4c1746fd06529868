"""Variances of weighted totals and ratios, as if nothing had been imputed."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.imputation.variances import of_ratio, of_total


def test_the_variance_of_a_total_is_that_of_households() -> None:
    """Three households of weighted totals 3, 5 and 10 (two persons in the second): 3/2 of their squares."""
    found = of_total(np.array([3.0, 1.0, 4.0, 10.0]), np.array([0, 1, 1, 2]), np.ones(3))
    assert found.estimate == 18
    assert found.variance == pytest.approx(1.5 * (9 + 1 + 16))
    assert found.degrees == 2


def test_households_without_anybody_counted_count_and_those_without_weight_do_not() -> None:
    """A household of zeros is an answer; one of weight zero was asked by nobody."""
    weights = np.array([1.0, 1.0, 1.0, 0.0])
    found = of_total(np.array([3.0, 6.0]), np.array([0, 1]), weights)
    assert (found.estimate, found.degrees) == (9.0, 2)
    assert found.variance == pytest.approx(1.5 * (0 + 9 + 9))


def test_a_ratio_of_what_is_proportional_has_no_variance() -> None:
    """And of a constant divisor it is that of the mean."""
    amounts, rows, weights = np.array([1.0, 4.0, 7.0]), np.arange(3), np.ones(3)
    assert of_ratio(2 * amounts, amounts, rows, weights).variance == pytest.approx(0, abs=1e-25)
    mean = of_ratio(amounts, np.ones(3), rows, weights)
    assert mean.estimate == 4
    assert mean.variance == pytest.approx(amounts.var(ddof=1) / 3)


def test_of_one_household_nothing_is_known() -> None:
    """No variance, and no degrees of freedom that would make an interval of it."""
    found = of_total(np.array([3.0]), np.array([0]), np.ones(1))
    assert (found.estimate, found.variance, found.degrees) == (3.0, 0.0, 0)


def test_a_variance_is_that_of_repeated_samples() -> None:
    """Of 2,000 samples of households with unequal weights, the mean variance is that of the estimates."""
    random = np.random.default_rng(3)
    households, per = 150, 2
    rows = np.repeat(np.arange(households), per)
    totals, ratios = [], []
    for _ in range(2_000):
        weights = random.uniform(1, 5, households)
        income = random.gamma(2, 10, households)[rows] + random.normal(0, 2, households * per)
        spent = 0.5 * income + random.normal(0, 3, households * per)
        totals.append(of_total(income * weights[rows], rows, weights))
        ratios.append(of_ratio(spent * weights[rows], income * weights[rows], rows, weights))
    for found in (totals, ratios):
        spread = np.var([each.estimate for each in found], ddof=1)
        # The variance of 2,000 numbers has a relative error of sqrt(2 / 1999) = 3.2 %: three of them.
        assert np.mean([each.variance for each in found]) == pytest.approx(spread, rel=0.1)
