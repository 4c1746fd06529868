"""Folds never split a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from runtime.errors import NodeFailed
from runtime.imputation.trials.folds import folds_of, some, units
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.frames import FrameReader


class _Persons:
    """A reader of five persons in three households."""

    def positions(self, group: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        assert group == "household"
        return np.array([0, 0, 1, 2, 2])

    def count(self, entity: str) -> int:
        assert entity == "person"
        return 5


def _units(by: str, ids: list[int | str | None] | None = None) -> list[int]:
    reader: FrameReader = _Persons()  # type: ignore[assignment]
    column = None if ids is None else pl.Series("answer", ids)
    return [int(unit) for unit in units(reader, "person", by, column)]


def test_persons_of_a_household_are_one_unit() -> None:
    """Or each is one, where persons may be split."""
    assert _units("household") == [0, 0, 1, 2, 2]
    assert _units("person") == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("ids", [[7, 8, 7, 9, 10], ["a", "b", "a", "c", "d"]])
def test_implicates_of_one_answer_stay_together(ids: list[int | str | None]) -> None:
    """The id of a person of the first household stands in the second: both are one unit, whole."""
    found = _units("household", ids)
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4] != found[0]


def test_a_chain_of_ids_is_one_unit() -> None:
    """Households 0 and 1 share an id, 1 and 2 another one."""
    assert len(set(_units("person", [1, 2, 1, 2, 2]))) == 2
    assert len(set(_units("household", [1, 2, 1, 2, 3]))) == 1


def test_a_missing_id_is_refused() -> None:
    """Missing ids are not all the same, and not all different."""
    with pytest.raises(NodeFailed, match="no `answer` in 1 rows"):
        _units("household", [1, None, 2, 3, 4])


def test_units_are_dealt_out_evenly_and_whole() -> None:
    """Ten units of three rows in four folds: two or three units each."""
    unit = np.repeat(np.arange(10), 3)
    folds = folds_of(unit, 4, stream(1, "test"))
    assert sorted(np.bincount(folds) // 3) == [2, 2, 3, 3]
    assert all(len(set(folds[unit == each])) == 1 for each in range(10))


def test_a_seed_decides_the_folds() -> None:
    """The same one the same folds, another one others."""
    unit = np.arange(100)
    first, again, other = (folds_of(unit, 5, stream(seed, "folds")) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_more_folds_than_units_are_refused() -> None:
    """A fold without anybody would be scored on nothing."""
    with pytest.raises(NodeFailed, match=r"2 units .* cannot fill 3 folds"):
        folds_of(np.array([0, 0, 1]), 3, stream(1, "test"))


def test_fewer_donors_are_drawn_in_whole_units() -> None:
    """As many as are asked for and no more; another seed draws others."""
    unit = np.repeat(np.arange(30), 3)
    rows, other = (some(unit, 20, stream(seed, "some")) for seed in (1, 2))
    assert len(rows) == 18
    assert sorted(np.bincount(unit[rows], minlength=30))[-6:] == [3] * 6
    assert rows.tolist() != other.tolist()
    assert len(some(unit, 1000, stream(1, "some"))) == 90
    assert len(some(unit, 2, stream(1, "some"))) == 3
