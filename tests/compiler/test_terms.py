"""Which columns an amount is made of, where that is certain."""

from __future__ import annotations

import pytest

from compiler.expressions import parse
from compiler.expressions.terms import terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a + b - c", {"a", "b", "c"}),
        ("-a", {"a"}),
        ("coalesce(a, 0) * 12", {"a"}),
        ("coalesce(a, 0) * f / 1e6 + (b + c) * f", {"a f", "b f", "c f"}),
        ("greatest(a, 0)::double + round(b, 2)", {"a", "b"}),
        ("case when k = 1 then a else b end", {"a", "b"}),
        ("sum(a + b) over person", {"a", "b"}),
        ("sum(a) filter (where k = 12) over household", {"a"}),
        ("a / b", {"1/b a"}),
        ("1 / b", set()),
        ("a > 0", set()),
        ("'x'", set()),
        ("ln(a)", set()),
        ("count(*) over household", set()),
    ],
)
def test_terms_are_what_is_added_up(text: str, found: set[str]) -> None:
    """Factors that two amounts share are not what they are made of."""
    assert {" ".join(term) for term in terms(parse(text).tree)} == found
