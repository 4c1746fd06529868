"""A frame is read as its steps left it: columns follow their rows, and what is absent stays absent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from runtime_harness import Bench, bench_in, extended

from runtime.frames import positions
from runtime.tables import scan, stored

if TYPE_CHECKING:
    from pathlib import Path

HOUSEHOLDS = {"household": [5, 5, 9, 7], "tax_unit": [51, 52, 90, 70]}
CLONE = {
    "flag": "is_copy",
    "stored_weight": "zero",
    "twin": 0.5,
    "weight": "household_weight",
    "internal": "internal",
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def test_columns_are_carried_over_a_sample_and_a_clone(bench: Bench) -> None:
    """A column written before both steps comes in the rows of the last one, each value with its person."""
    base = bench.frame(
        "base", HOUSEHOLDS, {"person.age": [1, None, 3, 4], "household.household_weight": [1.0, 2.0, 3.0]}
    )
    sampling = {"share": 0.67, "of": "household", "weight": "household_weight"}
    bench.run("sample", sampling, frames={"frame": base}, address="sample")
    sampled = extended(base, "sample", {"household_weight": "household"}, rows=True)
    bench.run("clone", CLONE, frames={"frame": sampled}, address="clone")
    cloned = extended(sampled, "clone", {"household_weight": "household"}, rows=True)

    table = bench.reader(cloned).table("person")
    age_of = dict(zip([1, 2, 3, 4], [1, None, 3, 4], strict=True))
    kept = bench.reader(sampled).ids("person")["person_id"].to_list()
    assert table["age"].to_list() == [age_of[person] for person in [*kept, *kept]]
    assert bench.reader(cloned).count("household") == 4


def test_a_missing_value_never_becomes_zero(bench: Bench) -> None:
    """Null is absence, in every type."""
    columns = {"person.income": [None, 0.0], "person.count": [None, 0], "person.blind": [None, False]}
    table = bench.reader(bench.frame("base", {"household": [1, 1]}, columns)).table("person")
    assert table.select("income", "count", "blind").row(0) == (None, None, None)
    assert table.select("income", "count", "blind").row(1) == (0.0, 0, False)


def test_ids_are_read_once_a_reader(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every column needs the ids; the file is opened for the first one only."""
    reader = bench.reader(bench.frame("base", HOUSEHOLDS, {"person.age": [1, 2, 3, 4]}))
    opened: list[Path] = []

    def counting(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
        opened.append(path)
        return stored(path, columns)

    monkeypatch.setattr(sys.modules["runtime.frames"], "stored", counting)
    reader.positions("household")
    reader.positions("household")
    reader.table("person")
    assert len(opened) == 3  # persons, households, age


def test_the_first_person_and_the_household_of_each_group_are_known(bench: Bench) -> None:
    """Groups stand in the order of their own rows, not of their ids."""
    reader = bench.reader(bench.frame("base", HOUSEHOLDS, {}))
    assert reader.first_persons("household").tolist() == [0, 2, 3]
    assert reader.household_of("tax_unit").tolist() == [0, 0, 1, 2]
    assert reader.household_of("person").tolist() == [0, 0, 1, 2]
    assert reader.household_of("household").tolist() == [0, 1, 2]


def test_positions_find_ids_in_any_order() -> None:
    """Large ids, unsorted, are found exactly."""
    ids = np.array([2**60, 3, 2**60 + 1, 1])
    assert positions(np.array([1, 2**60 + 1, 3, 2**60]), ids).tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize(("member", "ids"), [(4, [1, 3]), (2, [1, 3]), (0, [1, 3]), (1, [])])
def test_a_member_of_no_group_is_refused(member: int, ids: list[int]) -> None:
    """An id beyond, between, before or without the groups' ids is named."""
    with pytest.raises(ValueError, match=f"the id {member} belongs to nobody"):
        positions(np.array([member]), np.array(ids, dtype=np.int64))


def test_brackets_and_equal_signs_in_a_folder_name_mean_nothing(tmp_path: Path) -> None:
    """A store in `year=2020/[x]` is read as any other: no pattern, no column made of a folder's name."""
    folder = tmp_path / "year=2020" / "[x]*"
    folder.mkdir(parents=True)
    pl.DataFrame({"a": [1]}).write_parquet(folder / "table")
    assert stored(folder / "table").to_dict(as_series=False) == {"a": [1]}
    assert "hive_partitioning=false" in scan(folder / "table")
