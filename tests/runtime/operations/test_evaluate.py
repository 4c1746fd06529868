"""Expressions over a frame: persons see their groups, views see views, groups come in their own order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in

from runtime.evaluate import evaluate
from runtime.frames import FrameReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime_harness import Bench

GROUPS = {"household": [9, 9, 9, 4], "tax_unit": [92, 91, 91, 40]}
COLUMNS = {
    "person.age": [40, 17, 65, 30],
    "person.income": [10.0, 0.0, None, 5.0],
    "person.role": ["HEAD", None, "HEAD", "HEAD"],
    "person.blind": [True, False, None, False],
    "household.state": ["CA", "NY"],
    "tax_unit.filer": [True, False, True],
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


@pytest.fixture
def reader(bench: Bench) -> FrameReader:
    """Give four persons in three tax units and two households, none of them in the order of ids."""
    views = [
        ("adult", "person", "BOOLEAN", "age >= 18"),
        ("adults", "tax_unit", "BIGINT", "sum(adult::int) over tax_unit"),
        ("crowded", "household", "BOOLEAN", "max(adults) over household > 1 or count(*) over household > 2"),
    ]
    return bench.reader(bench.frame("base", GROUPS, COLUMNS, views))


def test_group_values_come_in_the_order_of_the_groups_rows(reader: FrameReader) -> None:
    """Tax units stand as they were stored, 92 before 91, whatever the order of ids or of persons."""
    found = evaluate(
        reader, "tax_unit", {"size": "count(*) over tax_unit", "state": "state", "filer": "filer"}
    )
    assert reader.ids("tax_unit")["tax_unit_id"].to_list() == [92, 91, 40]
    assert found["size"].to_list() == [1, 2, 1]
    assert found["state"].to_list() == ["CA", "CA", "NY"]
    assert found["filer"].to_list() == [True, False, True]


def test_views_are_computed_from_views_over_several_groups(reader: FrameReader) -> None:
    """A household's view of a tax unit's view of a person's view."""
    assert evaluate(reader, "household", {"crowded": "crowded"})["crowded"].to_list() == [True, False]
    assert evaluate(reader, "person", {"n": "adults"})["n"].to_list() == [1, 1, 1, 1]


def test_types_and_nulls_come_through(reader: FrameReader) -> None:
    """Booleans, texts, whole and broken numbers keep their type, and absence stays absence."""
    table = evaluate(reader, "person", {name: f'"{name}"' for name in ("age", "income", "role", "blind")})
    assert table.schema == {"age": pl.Int64, "income": pl.Float64, "role": pl.String, "blind": pl.Boolean}
    assert table.row(2) == (65, None, "HEAD", None)


def test_only_what_is_named_is_read(reader: FrameReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame of many columns costs what an expression needs of it, views included."""
    asked: list[str] = []
    column: Callable[[FrameReader, str], pl.Series] = FrameReader.column

    def remembering(reader: FrameReader, name: str) -> pl.Series:
        asked.append(name)
        return column(reader, name)

    monkeypatch.setattr(FrameReader, "column", remembering)
    evaluate(reader, "tax_unit", {"n": "adults"})
    assert asked == ["age"]


def test_ids_and_memberships_are_there_beside_columns(reader: FrameReader) -> None:
    """The id of a group is one column, not two that clash."""
    found = evaluate(reader, "person", {"unit": "tax_unit_id", "hh": "household_id", "me": "person_id"})
    assert found.rows() == [(92, 9, 1), (91, 9, 2), (91, 9, 3), (40, 4, 4)]


def test_an_expression_may_be_called_like_a_column(reader: FrameReader) -> None:
    """Naming the result after what it is made of is no circle."""
    assert evaluate(reader, "person", {"age": "age + 1"})["age"].to_list() == [41, 18, 66, 31]


def test_no_expression_gives_no_column(reader: FrameReader) -> None:
    """Nothing asked, nothing read."""
    assert evaluate(reader, "person", {}).width == 0


def test_an_unknown_column_is_an_error(reader: FrameReader) -> None:
    """The compiler has refused it already; if it was not asked, DuckDB says so."""
    with pytest.raises(duckdb.Error, match="wages"):
        evaluate(reader, "person", {"a": "wages"})


def test_a_group_without_persons_is_refused(bench: Bench) -> None:
    """Its value could only be made up."""
    frame = bench.frame("base", {"household": [1, 2]}, {})
    reader = bench.reader(frame)
    reader.ids("household")
    reader._rows["base", "household"] = pl.DataFrame({"household_id": [1, 2, 3], "source_row": [None] * 3})
    with pytest.raises(ValueError, match="no person belongs to household 3"):
        evaluate(reader, "household", {"n": "count(*) over household"})


def test_a_large_frame_takes_seconds(bench: Bench) -> None:
    """200,000 persons with 30 columns: a windowed sum is not slowed down by columns nobody asked for."""
    random = np.random.default_rng(1)
    count = 200_000
    households = np.sort(random.integers(1, count // 3, count))
    columns = {f"person.c{number:02}": random.normal(size=count) for number in range(30)}
    frame = bench.frame(
        "base", {"household": households.tolist()}, {k: v.tolist() for k, v in columns.items()}
    )
    reader, begun = bench.reader(frame), time.monotonic()
    found = evaluate(reader, "household", {"total": "sum(c07) over household"})["total"].to_numpy()
    assert time.monotonic() - begun < 5
    expected = np.bincount(households, weights=columns["person.c07"])[np.unique(households)]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_what_is_asked_for_as_it_is_stored_is_what_the_database_would_give(bench: Bench) -> None:
    """Value by value and type by type, of persons and of groups: reading it directly is a shortcut only."""
    columns = {
        "person.whole": [2**60 + 1, None, -3],
        "person.broken": [0.1 + 0.2, None, float("inf")],
        "person.flag": [True, None, False],
        "person.text": ["a", None, 'q"'],
        "household.weight": [1.5, None],
    }
    reader = bench.reader(bench.frame("base", {"household": [7, 7, 9]}, columns))
    for entity, names in (("person", ["whole", "broken", "flag", "text"]), ("household", ["weight"])):
        direct = evaluate(reader, entity, {name: f'"{name}"' for name in names})
        computed = evaluate(reader, entity, {name: f'("{name}")' for name in names})
        assert direct.equals(computed, null_equal=True)
        assert direct.schema == computed.schema
    mixed = evaluate(reader, "person", {"text": '"text"', "double": "whole * 2", "flag": '"flag"'})
    assert mixed.columns == ["text", "double", "flag"]
