"""What bounds prove of sums and parts is true: whatever they say is infeasible, is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from compiler.diagnostics import Span
from compiler.model.constraints import Bounds, Part, Sum
from compiler.steps.linear import Linear, Sense
from compiler.steps.ranges import about_same_rows, first_empty

PLACE = Span("a.yaml", 1, 1, 1, 1)
NAMES = ("a", "b", "c", "d")
SENSES: tuple[Sense, ...] = ("equal", "at_least", "at_most")


def linear(terms: dict[str, int], sense: Sense, bound: str = "0", where: str | None = None) -> Linear:
    """Return a rule as a constraint lowers it."""
    kind = Bounds if len(terms) == 1 else Sum if sense == "equal" else Part
    label = f"{terms} {sense} {bound} {where}"
    return Linear(label, kind, 0, tuple(terms.items()), sense, bound, where, PLACE)


RULES = st.lists(
    st.builds(
        linear,
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from([1, -1]), min_size=1, max_size=3),
        st.sampled_from(SENSES),
        st.sampled_from(["0", "5", "-5", "7.5", "age"]),
    ),
    min_size=1,
    max_size=6,
)


def is_feasible(rules: list[Linear]) -> bool:
    """Tell whether some point meets all rules whose bound is a number."""
    known = [rule for rule in rules if rule.constant is not None]
    above, below, equal = ([r for r in known if r.sense == s] for s in ("at_least", "at_most", "equal"))

    def rows(chosen: list[Linear], sign: float) -> list[list[float]]:
        return [[sign * dict(rule.terms).get(name, 0) for name in NAMES] for rule in chosen]

    upper = rows(below, 1.0) + rows(above, -1.0)
    limits = [rule.constant or 0.0 for rule in below] + [-(rule.constant or 0.0) for rule in above]
    found = linprog(
        np.zeros(len(NAMES)),
        A_ub=upper or None,
        b_ub=limits or None,
        A_eq=rows(equal, 1.0) or None,
        b_eq=[rule.constant or 0.0 for rule in equal] or None,
        bounds=(None, None),
    )
    return bool(found.status != 2)


@settings(max_examples=150, deadline=None)
@given(RULES)
def test_what_is_said_to_be_infeasible_is(rules: list[Linear]) -> None:
    """A linear program finds no point either."""
    if first_empty(rules) is not None:
        assert not is_feasible(rules)


def test_bounds_reach_through_sums_and_parts() -> None:
    """Both rules to blame are named; the order of the rules does not matter."""
    rules = [
        linear({"a": 1, "b": -1, "c": -1}, "equal"),
        linear({"a": 1, "d": -1}, "at_most"),
        linear({"b": 1}, "at_least", "60"),
        linear({"c": 1}, "at_least", "50"),
        linear({"d": 1}, "at_most", "100"),
    ]
    for order in (rules, rules[::-1]):
        found = first_empty(order)
        assert found is not None
        assert found.low.value > found.high.value
        assert not is_feasible(rules)
    assert first_empty(rules[:4]) is None


@pytest.mark.parametrize(("bound", "is_empty"), [("0.1", True), ("0", False)])
def test_a_circle_that_narrows_for_ever_ends(bound: str, *, is_empty: bool) -> None:
    """`a <= b - 1` and `b <= a` narrow by one each time; without bounds on both sides nothing is proved."""
    rules = [
        linear({"a": 1, "b": -1}, "at_most", "-1"),
        linear({"b": 1, "a": -1}, "at_most"),
        linear({"a": 1}, "at_most", "1e9"),
    ]
    assert first_empty(rules) is None
    single = [linear({"a": 1}, "at_least", bound), linear({"a": 1}, "at_most", "0")]
    assert (first_empty(single) is not None) == is_empty


def test_rules_meet_where_their_conditions_do() -> None:
    """A rule of all rows is everywhere, that of the whole set also under conditions of its own."""
    everywhere, of_set = linear({"a": 1}, "at_least"), linear({"b": 1}, "at_least", where="x")
    inside = linear({"c": 1}, "at_least", where="(x) and (y)")
    found = list(about_same_rows([everywhere, of_set, inside]))
    assert found == [[everywhere], [everywhere, of_set, inside], [everywhere, of_set]]
