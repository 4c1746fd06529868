"""Distances: the ratio a pull leads to, its integral and slope."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.calibration.distance import Boxed, ChiSquare, Distance, Entropy, Logit

DISTANCES = [
    Entropy(),
    ChiSquare(),
    Boxed(Entropy(), np.asarray(0.0), np.asarray(1e3)),
    Boxed(ChiSquare(), np.asarray(-7.0), np.asarray(7.0)),
    Logit(lower=0.2, upper=4.0),
    Logit(lower=0.0, upper=1.5),
]
BOXES = [
    Boxed(Entropy(), np.asarray(0.5), np.asarray(2.0)),
    Boxed(ChiSquare(), np.asarray(0.0), np.asarray(1.5)),
    Boxed(ChiSquare(), np.asarray(0.25), np.asarray(np.inf)),
]


@pytest.mark.parametrize("distance", DISTANCES)
def test_slope_and_ratio_are_derivatives_of_the_integral(distance: Distance) -> None:
    """Central differences of G give g, and of g give g'."""
    pull, step = np.linspace(-3, 3, 61), 1e-5
    ratio = (distance.integral(pull + step) - distance.integral(pull - step)) / (2 * step)
    slope = (distance.ratio(pull + step) - distance.ratio(pull - step)) / (2 * step)
    np.testing.assert_allclose(distance.ratio(pull), ratio, rtol=1e-6)
    np.testing.assert_allclose(distance.slope(pull), slope, rtol=1e-6)


@pytest.mark.parametrize("distance", DISTANCES)
def test_no_pull_leaves_the_weight(distance: Distance) -> None:
    """At zero: ratio 1, integral 0, slope 1."""
    zero = np.zeros(1)
    assert distance.ratio(zero)[0] == pytest.approx(1, abs=1e-14)
    assert distance.integral(zero)[0] == pytest.approx(0, abs=1e-14)
    assert distance.slope(zero)[0] == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("distance", DISTANCES)
def test_extreme_pulls_are_infinite_or_right_but_never_nan(distance: Distance) -> None:
    """Nothing is clipped: an objective out of range is +inf, which the line search steps back from."""
    pull = np.array([-1e6, -800.0, 800.0, 1e6])
    for values in (distance.ratio(pull), distance.integral(pull), distance.slope(pull)):
        assert not np.isnan(values).any()
    assert np.isposinf(Entropy().integral(pull)[2:]).all()


@pytest.mark.parametrize("box", BOXES)
def test_a_box_cuts_ratios_off_and_its_integral_goes_on_in_a_line(box: Boxed) -> None:
    """Inside it is the distance that it is of; outside the ratio is the bound, and nothing bends."""
    pull, step = np.linspace(-3, 3, 61) + 0.013, 1e-5
    inside = box.of.ratio(pull)
    np.testing.assert_array_equal(box.ratio(pull), np.clip(inside, box.lower, box.upper))
    rate = (box.integral(pull + step) - box.integral(pull - step)) / (2 * step)
    np.testing.assert_allclose(box.ratio(pull), rate, rtol=1e-6, atol=1e-8)
    held = (inside <= box.lower) | (inside >= box.upper)
    np.testing.assert_array_equal(box.slope(pull) == 0, held)


def test_each_record_may_have_a_box_of_its_own() -> None:
    """Bounds of weights are bounds of ratios that differ."""
    box = Boxed(Entropy(), np.array([0.5, 0.9]), np.array([2.0, 1.1]))
    np.testing.assert_allclose(box.ratio(np.array([-9.0, 9.0])), [0.5, 1.1])
    np.testing.assert_allclose(box.integral(np.zeros(2)), 0.0, atol=1e-15)


@pytest.mark.parametrize(("lower", "upper"), [(2.0, 1.0), (np.nan, 2.0), (0.0, np.nan)])
def test_a_box_that_is_none_is_refused(lower: float, upper: float) -> None:
    """Upside down, or no number."""
    with pytest.raises(ValueError, match="lower bound"):
        Boxed(Entropy(), np.asarray(lower), np.asarray(upper))


def test_logit_matches_the_published_formula() -> None:
    """The logit method of Deville & Sarndal 1992, written as printed there."""
    lower, upper, pull = 0.2, 4.0, np.linspace(-3, 3, 13)
    grown = np.exp(pull * (upper - lower) / ((1 - lower) * (upper - 1)))
    printed = (lower * (upper - 1) + upper * (1 - lower) * grown) / (upper - 1 + (1 - lower) * grown)
    np.testing.assert_allclose(Logit(lower, upper).ratio(pull), printed, rtol=1e-13)


@pytest.mark.parametrize(("lower", "upper"), [(-0.1, 2.0), (1.0, 2.0), (0.5, 1.0), (0.5, np.inf)])
def test_bounds_that_exclude_the_start_are_refused(lower: float, upper: float) -> None:
    """The start weight must lie strictly between the bounds."""
    with pytest.raises(ValueError, match="lower < 1 < upper"):
        Logit(lower, upper)
