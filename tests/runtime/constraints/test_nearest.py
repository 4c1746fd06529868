"""The nearest point is feasible, optimal, and the same in whatever order the rules come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from runtime.constraints.system import System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# total = a + b + c; parts not below zero; a not above 7000; b not above a.
RULES = np.array(
    [[1, -1, -1, -1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, -1, 1, 0]], dtype=np.float64
)
SENSE = np.array([0, 1, 1, 1, -1, -1], dtype=np.float64)
BOUND = np.array([0, 0, 0, 0, 7000, 0], dtype=np.float64)


def system(points: Floats, order: list[int] | None = None, *, keep_total: bool = False) -> System:
    """Return the rules, in some order, for a number of rows."""
    chosen = order or list(range(len(RULES)))
    shape = (len(points), len(RULES))
    moves = np.array([not keep_total, True, True, True])
    bounds = np.broadcast_to(BOUND[chosen], shape).copy()
    return System(RULES[chosen], SENSE[chosen], bounds, np.ones(shape, bool), moves, np.zeros(4, bool))


def amounts(count: int, seed: int) -> Floats:
    """Return heavy-tailed amounts of both signs, a third of them zero."""
    rng = np.random.default_rng(seed)
    shape = (count, 4)
    signs = np.where(rng.random(shape) > 0.1, 1.0, -1.0)
    return np.asarray(rng.lognormal(8, 2, shape) * (rng.random(shape) > 0.3) * signs, dtype=np.float64)


@pytest.mark.parametrize("keep_total", [True, False])
def test_every_row_meets_every_rule_afterwards(*, keep_total: bool) -> None:
    """Bounds exactly, sums to rounding; and what was moved once is not moved again."""
    points = amounts(5000, 1)
    points[:, 0] = np.abs(points[:, 0])
    rules = system(points, keep_total=keep_total)
    found = rules.solved(points)
    assert rules.broken(points).any(axis=1).mean() > 0.9
    assert not found.blamed.any()
    assert not rules.broken(found.points).any()
    assert (found.points[:, 1:] >= 0).all()
    assert (found.points[:, 1] <= 7000).all()
    assert np.array_equal(rules.solved(found.points).points, found.points)
    if keep_total:
        assert np.array_equal(found.points[:, 0], points[:, 0])


def test_rows_that_break_no_rule_are_not_touched() -> None:
    """Bit for bit."""
    points = np.array([[0.1 + 0.2, 0.1, 0.0, 0.2], [6.0, 3.0, 2.0, 1.0]])
    assert np.array_equal(system(points).solved(points).points, points)


def test_the_order_of_the_rules_changes_nothing() -> None:
    """Forwards and backwards, the points agree to rounding."""
    points = amounts(2000, 2)
    forwards = system(points).solved(points).points
    backwards = system(points, list(range(len(RULES)))[::-1]).solved(points).points
    np.testing.assert_allclose(forwards, backwards, rtol=1e-8, atol=1e-7 * np.abs(points).max())


def test_no_other_point_is_nearer() -> None:
    """A general solver, started at ours and at the row itself, finds nothing better."""
    points = amounts(40, 3)
    found = system(points).solved(points).points
    for row, ours in zip(points, found, strict=True):
        free = np.flatnonzero(row != 0)
        if len(free) == 0 or (ours[row == 0] != 0).any():
            continue
        unit, size = np.abs(row).max(), np.abs(row[free])

        def filled(x: Floats, row: Floats = row, free: NDArray[np.int64] = free) -> Floats:
            full = row.copy()
            full[free] = x
            return full

        def distance(x: Floats, row: Floats = row, free=free, size=size, unit=unit) -> float:  # noqa: ANN001
            return float((((x - row[free]) ** 2) / size).sum() / unit)

        rules = [
            {"type": "eq", "fun": lambda x: (RULES[0] @ filled(x)) / unit},
            {"type": "ineq", "fun": lambda x: ((RULES @ filled(x) - BOUND) * SENSE)[1:] / unit},
        ]
        theirs = minimize(distance, ours[free], constraints=rules, method="SLSQP", options={"ftol": 1e-13})
        if theirs.success:
            assert distance(ours[free]) <= theirs.fun + 1e-6 * max(1.0, theirs.fun)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_row_is_blamed_exactly_where_no_point_exists(data: st.DataObject) -> None:
    """Small random systems: linear programming agrees about which have a feasible point."""
    variables, rules = data.draw(st.integers(2, 4)), data.draw(st.integers(1, 6))
    whole = st.integers(-3, 3).map(float)
    matrix = np.array(data.draw(st.lists(st.lists(whole, min_size=variables, max_size=variables),
                                         min_size=rules, max_size=rules)))  # fmt: skip
    sense = np.array(data.draw(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=rules, max_size=rules)))
    bound = np.array(data.draw(st.lists(whole, min_size=rules, max_size=rules)))
    row = np.array([data.draw(st.lists(whole, min_size=variables, max_size=variables))])
    made = System(matrix, sense, bound[None], np.ones((1, rules), bool), np.ones(variables, bool),
                  np.zeros(variables, bool))  # fmt: skip
    found = made.solved(row)
    turned = np.where(sense == 0, 1.0, -sense)
    program = linprog(
        np.zeros(variables), bounds=(None, None),
        A_ub=(matrix * turned[:, None])[sense != 0] if (sense != 0).any() else None,
        b_ub=(bound * turned)[sense != 0] if (sense != 0).any() else None,
        A_eq=matrix[sense == 0] if (sense == 0).any() else None,
        b_eq=bound[sense == 0] if (sense == 0).any() else None,
    )  # fmt: skip
    assert program.status in (0, 2)
    assert found.blamed.any() == (program.status == 2)
    if program.status == 0:
        assert not made.broken(found.points).any()
