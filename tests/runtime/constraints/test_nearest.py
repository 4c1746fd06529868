"""The nearest point is feasible, optimal, and the same in whatever order the rules come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
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


@dataclass(frozen=True)
class Search:
    """The search for a nearer point by a general solver: only amounts that are not zero may move."""

    row: Floats

    @property
    def free(self) -> NDArray[np.int64]:
        """The variables that may move."""
        return np.flatnonzero(self.row)

    def distance(self, amounts: Floats) -> float:
        """Return the squared relative distance of the free variables, in units of the row."""
        old = self.row[self.free]
        return float(((amounts - old) ** 2 / np.abs(old)).sum() / np.abs(self.row).max())

    def slack(self, amounts: Floats) -> Floats:
        """Return what is left of each rule; of the first, an equality, nothing may be."""
        full = self.row.copy()
        full[self.free] = amounts
        return np.asarray((RULES @ full - BOUND) * np.where(SENSE == 0, 1, SENSE) / np.abs(self.row).max())

    def nearest(self) -> float | None:
        """Return the distance of the nearest point that the solver finds, if it finds one."""
        equal = {"type": "eq", "fun": lambda x: self.slack(x)[0]}
        rest = {"type": "ineq", "fun": lambda x: self.slack(x)[1:]}
        start, options = self.row[self.free], {"ftol": 1e-14, "maxiter": 500}
        found = minimize(self.distance, start, constraints=[equal, rest], method="SLSQP", options=options)
        is_feasible = (
            found.success and abs(self.slack(found.x)[0]) < 1e-9 and self.slack(found.x).min() > -1e-9
        )
        return float(found.fun) if is_feasible else None


def test_no_other_point_is_nearer() -> None:
    """A general solver that starts at the row itself finds nothing better than what we found."""
    points = amounts(200, 3)
    found = system(points).solved(points).points
    compared = 0
    for row, ours in zip(points, found, strict=True):
        search = Search(row)
        theirs = search.nearest() if row.any() and not ours[row == 0].any() else None
        if theirs is not None:
            assert search.distance(ours[search.free]) <= theirs + 1e-6 * max(1.0, theirs)
            compared += 1
    assert compared > 50


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_row_is_blamed_exactly_where_no_point_exists(data: st.DataObject) -> None:
    """Small random systems: linear programming agrees about which have a feasible point."""
    variables, rules = data.draw(st.integers(2, 4)), data.draw(st.integers(1, 6))
    whole = st.integers(-3, 3).map(float)
    matrix = np.array(data.draw(st.lists(st.lists(whole, min_size=variables, max_size=variables),
                                         min_size=rules, max_size=rules)))  # fmt: skip
    assume((matrix != 0).any(axis=1).all())
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


def test_amounts_of_all_sizes_meet_their_rules() -> None:
    """A row of thousandths and tens of millions is brought to rules that a known point meets."""
    rng = np.random.default_rng(9)
    for _ in range(30):
        matrix = rng.choice([-1.0, 0.0, 1.0], (3, 5))
        matrix[:, 0] = 1.0
        known, points = (rng.lognormal(5, 4, (100, 5)) * (rng.random((100, 5)) > 0.4) for _ in range(2))
        slack = rng.lognormal(3, 4, (100, 3)) * (rng.random((100, 3)) > 0.3)
        sense = rng.choice([-1.0, 1.0], 3)
        made = System(matrix, sense, known @ matrix.T - sense * slack, np.ones((100, 3), bool),
                      np.ones(5, bool), np.zeros(5, bool))  # fmt: skip
        found = made.solved(points)
        assert not found.blamed.any()
        assert not made.still_broken(found.points, points).any()
