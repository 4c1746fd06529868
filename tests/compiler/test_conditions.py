"""Conditions that no row meets, or that every row meets: what is said of them is true of every table."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from compiler.catalog.lock import LockedColumn, LockedSource
from compiler.expressions import parse
from compiler.expressions.conditions import is_selection, may_fail, may_hold
from compiler.steps.known import of_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.expressions.domains import Domain

TYPES = {
    "year": "BIGINT", "wages": "DOUBLE", "gains": "DOUBLE", "state": "VARCHAR", "name": "VARCHAR",
    "blind": "BOOLEAN", "empty": "BIGINT",
}  # fmt: skip
ROWS: list[tuple[Any, ...]] = [
    (2012, 0.0, -5.5, "CA", "Ada", True, None),
    (2012, 10.5, None, "NY", "Zoe", True, None),
    (2014, 3.0, 0.0, "CA", "Max", True, None),
]
ATOMS = [
    "year = 2012", "year <> 2012", "year > 2014", "2014 >= year", "year < 2012.5", "year = 2013",
    "year in (2009, 2010)", "year not in (2012, 2014)", "year between 2013 and 2013", "wages >= 0",
    "wages < 0", "wages > 10.5", "-1 < wages", "wages between 1 and 2", "wages not between 0 and 11",
    "gains > 0", "gains <= 0", "gains is null", "gains is not null", "wages is null", "state = 'CA'",
    "state = 'TX'", "state >= 'D'", "state not in ('CA', 'NY')", "name > 'Zz'",
    "name between 'A' and 'Zz'", "blind", "not blind", "blind = false", "empty > 0", "empty is null",
    "empty is not null", "wages > gains", "true", "false", "1 = 2", "wages = null", "wages + 1 > 0",
    "coalesce(gains, 1) > 0", "gains is distinct from 0",
]  # fmt: skip


def _lock(*, codes: bool) -> LockedSource:
    columns = {}
    for position, (name, kind) in enumerate(TYPES.items()):
        present = sorted({row[position] for row in ROWS if row[position] is not None})
        nulls = sum(row[position] is None for row in ROWS)
        ends = (present[0], present[-1]) if present else (None, None)
        low, high = (str(end).lower() if isinstance(end, bool) else end for end in ends)
        listed = tuple(present) if codes and kind != "DOUBLE" and name != "name" else None
        columns[name] = LockedColumn(name, kind, nulls, low, high, listed)
    return LockedSource("a" * 64, "CC0-1.0", "data/a.csv", len(ROWS), columns)


def _conditions() -> Iterator[str]:
    yield from ATOMS
    yield from (f"not ({atom})" for atom in ATOMS)
    for (one, other), word in itertools.product(itertools.combinations(ATOMS, 2), ("and", "or")):
        yield f"{one} {word} {other}"
    drawn = random.Random(7)
    for _ in range(600):
        one, two, three = drawn.sample(ATOMS, 3)
        yield f"not ({one} {drawn.choice(('and', 'or'))} {two}) {drawn.choice(('and', 'or'))} not {three}"


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    """Return how many of the rows meet each condition."""
    found: dict[str, int] = {}
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE t ({', '.join(f'{n} {k}' for n, k in TYPES.items())})")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
        for text in _conditions():
            answer = database.execute(f"SELECT count(*) FROM t WHERE {text}").fetchone()  # noqa: S608
            found[text] = int(answer[0]) if answer else -1
    return found


@pytest.mark.parametrize("codes", [True, False], ids=["codes", "ranges"])
def test_what_is_certain_is_true_of_the_rows(counts: dict[str, int], *, codes: bool) -> None:
    """A condition that cannot hold holds of no row, one that cannot fail of all; many are decided."""
    known = of_file(_lock(codes=codes))
    trees = {text: parse(text).tree for text in counts}
    never = [text for text, tree in trees.items() if not may_hold(tree, known)]
    always = [text for text, tree in trees.items() if not may_fail(tree, known)]
    assert [text for text in never if counts[text] != 0] == []
    assert [text for text in always if counts[text] != len(ROWS)] == []
    assert len(never) > 300
    assert len(always) > 100


DECIDED = [
    ("year = 2035", "never"), ("year > 2014", "never"), ("year >= 2012", "always"), ("wages < 0", "never"),
    ("wages >= 0 and year < 2020", "always"), ("wages < 0 or year = 2013", "never"),
    ("state = 'TX'", "never"), ("not (wages >= 0)", "never"), ("empty > 0", "never"),
    ("gains <= 0", "open"), ("gains > 0", "never"), ("lower(state) = 'x'", "open"),
    ("year > 2012 and year < 2012", "never"), ("other > 5 and other < 5", "never"), ("other > 5", "open"),
    ("wages between 11 and 20", "never"), ("11 < wages", "never"), ("blind", "always"),
    ("case when year = 2012 then false else false end", "open"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DECIDED)
def test_conditions_are_decided_where_that_is_certain(text: str, expected: str) -> None:
    """Of functions, cases and columns that the lock does not know nothing is said."""
    known, tree = of_file(_lock(codes=True)), parse(text).tree
    said = {(True, True): "open", (False, True): "never", (True, False): "always"}
    assert said[may_hold(tree, known), may_fail(tree, known)] == expected


UNKNOWN = {
    "dates, whose order is not that of their text": LockedColumn("d", "DATE", 0, "2020-01-01", "2020-12-31"),
    "numbers of single precision": LockedColumn("d", "FLOAT", 0, 0.10000000149, 0.10000000149),
    "enums, whose order is their own": LockedColumn("d", "ENUM('b', 'a')", 0, "b", "a"),
    "lists": LockedColumn("d", "VARCHAR[]", 0, "[a]", "[b]"),
    "columns that unpivoting makes": LockedColumn("d", "DOUBLE", 0, None, None),
}


@pytest.mark.parametrize("column", UNKNOWN.values(), ids=UNKNOWN)
def test_columns_that_cannot_be_compared_so_are_not_known(column: LockedColumn) -> None:
    """A lock's bounds of such columns would give false findings."""
    lock = LockedSource("a" * 64, "CC0-1.0", "data/a.csv", 9, {"d": column})
    assert of_file(lock) == {}


def test_bounds_that_are_no_numbers_and_whole_numbers_beyond_a_double_are_open() -> None:
    """Infinity stands in a lock as text; 2**53 + 1 as another whole number than it is."""
    columns = {
        "a": LockedColumn("a", "DOUBLE", 0, 0.0, "inf"), "b": LockedColumn("b", "BIGINT", 0, 0.0, 2.0**53),
    }  # fmt: skip
    known: dict[str, Domain] = of_file(LockedSource("a" * 64, "CC0-1.0", "data/a.csv", 9, columns))
    assert may_hold(parse("a > 1e300").tree, known)
    assert may_hold(parse("b > 9007199254740992").tree, known)
    assert not may_hold(parse("a < 0 or b < 0").tree, known)


def test_nothing_is_known_of_a_file_without_rows() -> None:
    """That it has none is said by another finding, once."""
    column = LockedColumn("a", "BIGINT", 0, None, None, ())
    assert of_file(LockedSource("a" * 64, "CC0-1.0", "data/a.csv", 0, {"a": column})) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year = 2012", True),
        ("2012 = year", True),
        ("year in (2012, 2014)", True),
        ("year between 2012 and 2014 and state = 'CA'", True),
        ("year <> 2012", False),
        ("year > 2012", False),
        ("not (year = 2012)", False),
        ("year = 2012 or wages = 0", False),
        ("wages is not null", False),
        ("year = other", False),
        ("lower(state) = 'ca'", False),
        ("blind", False),
        ("true", False),
    ],
)
def test_a_selection_names_values(text: str, *, expected: bool) -> None:
    """Whatever else chooses rows drops some for a reason that it does not say."""
    assert is_selection(parse(text).tree) is expected
