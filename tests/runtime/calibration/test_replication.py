"""What a variance is of replicates, scheme by scheme, where it is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import hadamard

from runtime.calibration.replication import rescaled, scheme_of


def test_one_unit_left_out_at_a_time_gives_the_variance_of_a_total() -> None:
    """Of a total it is n / (n - 1) times the sum of squares, exactly."""
    values = np.array([3.0, 7.0, 11.0, 30.0])
    left_out = (np.ones((4, 4)) - np.eye(4)) * 4 / 3
    found = scheme_of({"scheme": "jk1"}, 4).variance(values @ left_out, values.sum())
    assert found == pytest.approx(4 / 3 * ((values - values.mean()) ** 2).sum())


@pytest.mark.parametrize(
    "told", [{"scheme": "brr"}, {"scheme": "fay", "rho": 0.5}, {"scheme": "fay", "rho": 0.3}]
)
def test_balanced_half_samples_give_the_variance_of_pairs(told: dict[str, float | str]) -> None:
    """Three strata of two units: the sum of squared differences, whatever Fay's coefficient."""
    first, second = np.array([1.0, 5.0, 2.0]), np.array([4.0, 6.0, 9.0])
    signs = hadamard(4)[1:, :]
    share = 1 - float(told.get("rho", 0))
    totals = first @ (1 + share * signs) + second @ (1 - share * signs)
    found = scheme_of(told, 4).variance(totals, first.sum() + second.sum())
    assert found == pytest.approx(((first - second) ** 2).sum())


def test_factors_are_those_of_their_schemes() -> None:
    """Four over the replicates for successive differences; as given where a stratum lost a unit."""
    assert scheme_of({"scheme": "sdr"}, 80).factors.tolist() == [0.05] * 80
    assert scheme_of({"scheme": "jkn", "scales": [0.5, 0.75]}, 2).factors.tolist() == [0.5, 0.75]
    assert scheme_of({"scheme": "bootstrap_weights"}, 4).factors.tolist() == [0.25] * 4
    assert scheme_of({"scheme": "brr"}, 16).degrees == 15


def test_the_rescaled_bootstrap_has_the_variance_of_the_design() -> None:
    """Two strata, sampled apart: what lies between them is no part of it."""
    random = np.random.default_rng(8)
    values = np.concatenate([random.normal(10, 2, 30), random.normal(500, 5, 8)])
    strata = np.repeat([1, 2], [30, 8])
    factors = rescaled(strata, 4_000, random)
    known = sum(
        len(own) / (len(own) - 1) * ((own - own.mean()) ** 2).sum() for own in (values[:30], values[30:])
    )
    found = scheme_of({"scheme": "bootstrap"}, 4_000).variance(values @ factors, values.sum())
    assert found == pytest.approx(known, rel=0.08)
    assert factors[:30].sum(axis=0) == pytest.approx(np.full(4_000, 30))


def test_intervals_are_of_students_distribution() -> None:
    """With few degrees of freedom they are wider."""
    low, high = scheme_of({"scheme": "jk1"}, 3).interval(np.array([10.0]), np.array([4.0]))
    assert (low[0], high[0]) == pytest.approx((10 - 2 * 4.30265, 10 + 2 * 4.30265), rel=1e-5)
