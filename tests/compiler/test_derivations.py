"""Derivations that are alike: `it` stands for each variable of a list, and for nothing else."""

from __future__ import annotations

import pytest

from compiler.model.derivations import in_place_of_it


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("greatest(it, 0)", "greatest(rent, 0)"),
        ("share * sum(it) over tax_unit", "share * sum(rent) over tax_unit"),
        ("case kind when 'it is' then it else 0 end", "case kind when 'it is' then rent else 0 end"),
        ("case kind when 'it''s it' then it end", "case kind when 'it''s it' then rent end"),
        ('"it" + it + bit + it_is', '"it" + rent + bit + it_is'),
        (0, "0"),
    ],
)
def test_it_is_each_variable_but_in_texts_and_longer_names(written: str | int, meant: str) -> None:
    """Texts, quoted names and words that hold the two letters stay as they are."""
    assert in_place_of_it(written, "rent") == meant
