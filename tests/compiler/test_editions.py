"""Two locks compared: what happens to each source and column, worst first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.catalog.editions import LockEvent, compare_locks
from compiler.catalog.lock import LockedColumn, LockedSource
from compiler.diagnostics import Span
from compiler.reads import RawRead

WAGES = LockedColumn("wages", "BIGINT", 0, 0.0, 900.0)
STATE = LockedColumn("state", "VARCHAR", 0, "AK", "WY", ("AK", "WY"))
LOCK = LockedSource("0" * 64, "CC0-1.0", "a.csv", 5, {"wages": WAGES, "state": STATE})
READ = RawRead("a", "wages", "targets.t", Span("targets.yaml", 3))


def _events(column: LockedColumn | None, of: LockedColumn = WAGES) -> list[tuple[LockEvent, Any, Any]]:
    columns = {of.name: column} if column is not None else {}
    after = replace(LOCK, columns=columns)
    found = compare_locks({"a": replace(LOCK, columns={of.name: of})}, {"a": after}, [])
    return [(change.event, change.before, change.after) for change in found]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"type": "DOUBLE"}, [(LockEvent.TYPE, "BIGINT", "DOUBLE")]),
        ({"nulls": 3}, [(LockEvent.NULLS_APPEAR, 0, 3)]),
        ({"high": 8999.0}, [(LockEvent.RANGE, [0.0, 900.0], [0.0, 8999.0])]),
        ({"high": 9000.0}, [(LockEvent.MAGNITUDE, [0.0, 900.0], [0.0, 9000.0])]),
        ({"low": -9000.0}, [(LockEvent.MAGNITUDE, [0.0, 900.0], [-9000.0, 900.0])]),
        ({"high": 0.0}, [(LockEvent.MAGNITUDE, [0.0, 900.0], [0.0, 0.0])]),
        ({"low": None, "high": None}, [(LockEvent.RANGE, [0.0, 900.0], [None, None])]),
        ({"codes": (0, 1)}, [(LockEvent.CODES_MANY, None, [0, 1])]),
    ],
)
def test_a_number_column_changes(change: dict[str, Any], expected: list[Any]) -> None:
    """An order of magnitude is another unit more often than another year; nothing is ten times nothing."""
    assert _events(replace(WAGES, **change)) == expected


def test_codes_that_come_and_go_are_listed() -> None:
    """The range of texts follows from their codes and is not told again."""
    after = replace(STATE, low="AL", codes=("AL", "WY"))
    assert _events(after, STATE) == [
        (LockEvent.CODES_GONE, ["AK"], None),
        (LockEvent.CODES_NEW, None, ["AL"]),
    ]


def test_a_null_more_is_less_than_nulls_where_none_were() -> None:
    """A column that had nulls before has readers that know of them."""
    assert _events(replace(WAGES, nulls=4), replace(WAGES, nulls=3)) == [(LockEvent.NULLS, 3, 4)]


def test_what_the_recipe_reads_comes_first() -> None:
    """A new range of a column that is read comes before the loss of one that is ignored."""
    ignored = RawRead("a", "state", "sources.a", Span("sources.yaml", 9), ignored=True)
    after = replace(LOCK, rows=6, columns={"wages": replace(WAGES, high=1000.0)})
    changes = compare_locks({"a": LOCK}, {"a": after}, [READ, ignored])
    assert [c.event for c in changes] == [LockEvent.ROWS, LockEvent.RANGE, LockEvent.GONE]
    assert [c.readers for c in changes] == [(), (READ,), (ignored,)]


def test_a_prefix_reads_every_column_that_begins_with_it() -> None:
    """A column that came may be read without that the recipe was touched."""
    prefix = RawRead("a", "wa", "targets.t", Span("targets.yaml", 3), prefix=True)
    wider = replace(LOCK, columns={**LOCK.columns, "waste": replace(WAGES, name="waste")})
    (change,) = compare_locks({"a": LOCK}, {"a": wider}, [prefix])
    assert (change.column, change.event, change.readers) == ("waste", LockEvent.NEW, (prefix,))


def test_sources_come_go_move_and_change_their_licence() -> None:
    """A source that went is told with all that names its columns; one that came has no readers to hurt."""
    (gone,) = compare_locks({"a": LOCK}, {}, [READ])
    assert (gone.event, gone.readers) == (LockEvent.SOURCE_GONE, (READ,))
    (new,) = compare_locks({}, {"a": LOCK}, [READ])
    assert (new.event, new.readers) == (LockEvent.SOURCE_NEW, ())
    moved = replace(LOCK, sha256="1" * 64, licence="MIT", locator="b.csv")
    events = [change.event for change in compare_locks({"a": LOCK}, {"a": moved}, [READ])]
    assert events == [LockEvent.FILE, LockEvent.LICENCE, LockEvent.LOCATOR]


def test_a_truth_value_is_not_the_number_that_python_takes_it_for() -> None:
    """`true` and 1 are two codes."""
    (first, second) = _events(replace(STATE, codes=(True,)), replace(STATE, codes=(1,)))
    assert (first[0], second[0]) == (LockEvent.CODES_GONE, LockEvent.CODES_NEW)
