"""Long values that differ: where they do, and which element it is."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.plan.diff.attributes import attribute_changes
from specc.render.attributes import attribute_lines
from specc.render.excerpt import excerpts

_NAMES = [f"variable_{n}" for n in range(700)]
_ROWS = [{"columns": [name], "reason": "bookkeeping"} for name in _NAMES]


def _changed(rows: list[Any], place: int, value: object) -> list[Any]:
    return [*rows[:place], value, *rows[place + 1 :]]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (_NAMES, _changed(_NAMES, 350, "renamed"), ['- list: "variable_350"', '+ list: "renamed"']),
        (_NAMES, _NAMES[:350] + _NAMES[351:], ['- list: "variable_350"']),
        (
            _NAMES,
            [_NAMES[1], _NAMES[0], *_NAMES[2:]],
            [
                "~ list:",
                '    "variable_0", "variable_1"  (from number 1 of 700)',
                '    -> "variable_1", "variable_0"  (from number 1 of 700; the same in another order)',
            ],
        ),
        (
            _ROWS,
            _changed(_ROWS, 350, {"columns": ["variable_350"], "reason": "empty"}),
            [
                "~ list:",
                '    {"columns": ["variable_350"], "reason": "bookkeeping"}  (from number 351 of 700)',
                '    -> {"columns": ["variable_350"], "reason": "empty"}  (from number 351 of 700)',
            ],
        ),
        (
            _ROWS,
            _ROWS[:350] + _ROWS[351:],
            [
                "~ list:",
                '    {"columns": ["variable_350"], "reason": "bookkeeping"}  (from number 351 of 700)',
                "    -> nothing  (from number 351 of 699)",
            ],
        ),
        (
            [[name, "W", 2012, 2023] for name in _NAMES],
            [[name, "W", 2012, 2024 if name == "variable_5" else 2023] for name in _NAMES],
            ['~ list.variable_5: ["variable_5", "W", 2012, 2023] -> ["variable_5", "W", 2012, 2024]'],
        ),
    ],
)
def test_the_element_that_changed_is_shown_and_the_rest_is_counted(
    before: object, after: object, expected: list[str]
) -> None:
    """By its name where it has one, else whole, with its number."""
    assert attribute_lines(attribute_changes({"list": before}, {"list": after})) == expected


def test_a_long_text_is_shown_where_it_differs() -> None:
    """With some of what stands around it."""
    before, after = excerpts("x" * 3000 + "a" + "y" * 3000, "x" * 3000 + "bc" + "y" * 3000)
    assert before == f"...{'x' * 40}a{'y' * 40}..."
    assert after == f"...{'x' * 40}bc{'y' * 40}..."


def test_what_differs_everywhere_is_cut() -> None:
    """Neither a line of megabytes nor a thousand elements."""
    for before, after in (("x" * 10_000, "y" * 10_000), (_ROWS, [["z" * 9000]] * 900)):
        assert all(len(text) < 1000 for text in excerpts(before, after))
    assert excerpts(_NAMES, [])[0].endswith('"variable_3" and 696 more  (from number 1 of 700)')


def test_what_is_not_long_is_shown_in_full() -> None:
    """An expression of a few lines keeps every character."""
    before, after = "sum(a) over tax_unit" * 10, "max(a) over tax_unit" * 10
    lines = attribute_lines(attribute_changes({"value": before}, {"value": after}))
    assert before in lines[1]
    assert after in lines[2]
