"""Directions found by products with the matrix lead where those of a new factor lead."""

from __future__ import annotations

import numpy as np
import pytest
from calibration_cases import survey

from runtime.calibration import directions
from runtime.calibration.distance import Boxed, ChiSquare, Distance, Entropy, Logit
from runtime.calibration.dual import DualOptions, Solution, solve
from runtime.calibration.objective import Dual

DISTANCES = {
    "entropy": Entropy(),
    "logit": Logit(0.3, 3.0),
    "boxed": Boxed(ChiSquare(), np.asarray(0.8), np.asarray(1.3)),
}


def _solved(
    monkeypatch: pytest.MonkeyPatch, distance: Distance, *, worth: float, cached: int = 0
) -> tuple[Solution, int]:
    """Solve where a new factor must cost `worth` products; also return how many factors were made."""
    made = 0

    def counted(dual: Dual, pull: np.ndarray[tuple[int], np.dtype[np.float64]]) -> object:
        nonlocal made
        made += 1
        return hessian(dual, pull)

    hessian = Dual.hessian
    monkeypatch.setattr(Dual, "hessian", counted)
    monkeypatch.setattr(directions, "WORTH", worth)
    monkeypatch.setattr(directions, "CACHED", cached)
    solution = solve(survey(records=2_000, facts=40), DualOptions(distance=distance))
    monkeypatch.undo()
    return solution, made


@pytest.mark.parametrize("distance", DISTANCES.values(), ids=DISTANCES)
def test_products_lead_to_the_weights_of_factors(distance: Distance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer factors are made, and the weights are the same but for what the tolerated gap leaves open."""
    by_factors, factors = _solved(monkeypatch, distance, worth=np.inf)
    by_products, fewer = _solved(monkeypatch, distance, worth=0.0)
    assert by_factors.converged
    assert by_products.converged
    assert fewer < factors == by_factors.iterations
    np.testing.assert_allclose(by_products.weights, by_factors.weights, rtol=1e-4)


def test_an_old_factor_that_no_longer_helps_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no direction is found in the products allowed, the path is that of factors to the last byte."""
    by_factors, factors = _solved(monkeypatch, Entropy(), worth=np.inf)
    monkeypatch.setattr(directions, "MOST_PRODUCTS", 0)
    replaced, made = _solved(monkeypatch, Entropy(), worth=0.0)
    assert made == factors
    assert replaced.weights.tobytes() == by_factors.weights.tobytes()


def test_a_hessian_that_fits_the_cache_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """However dear its additions look, every step of a small problem has a factor of its own."""
    _, factors = _solved(monkeypatch, Entropy(), worth=np.inf)
    _, made = _solved(monkeypatch, Entropy(), worth=0.0, cached=directions.CACHED)
    assert made == factors
