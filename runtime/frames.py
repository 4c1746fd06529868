"""Frames: a row order per entity, and columns that several steps wrote, each in the rows of its time.

An artifact keeps a column as `<entity>.<column>.parquet` and, when the step defined rows,
`rows.<entity>.parquet` with the ids and, as `source_row`, the row of the step before that each row continues.
A column written earlier is carried over by that map when it is read; nothing is ever rewritten.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from runtime.names import column_file, rows_file
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import polars as pl

    from compiler.plan import FrameRef
    from runtime.store import Artifact

    Integers = npt.NDArray[np.int64]

SOURCE_ROW = "source_row"


def membership(group: str) -> str:
    """Return the person column that holds the id of the group a person belongs to."""
    return f"person_{group}_id"


class FrameReader:
    """Reads a slice of a frame. Columns come in the row order of the last step that defined rows.

    Ids and row maps, which every column needs, are read once a reader; columns are not kept.
    """

    def __init__(self, frame: FrameRef, artifacts: Mapping[str, Artifact]) -> None:
        self.frame = frame
        self._artifacts = artifacts
        self._rows: dict[tuple[str, str], pl.DataFrame] = {}

    def ids(self, entity: str) -> pl.DataFrame:
        """Return the ids of an entity's rows; for persons also those of their groups."""
        return self._row_file(self.frame.rows[-1], entity).drop(SOURCE_ROW)

    def count(self, entity: str) -> int:
        """Return the number of rows of an entity."""
        return self.ids(entity).height

    def column(self, name: str) -> pl.Series:
        """Return a stored column; a missing value is null.

        Raises:
            KeyError: the slice does not hold it.
        """
        entity = self.entity_of[name]
        ref = self.frame.columns[entity][name]
        series = stored(self._artifacts[ref.node].path(column_file(entity, name))).to_series()
        for node in self.frame.rows[ref.rows :]:
            series = series.gather(self._row_file(node, entity)[SOURCE_ROW])
        return series

    def table(self, entity: str) -> pl.DataFrame:
        """Return the ids of an entity with all its columns in the slice."""
        columns = self.frame.columns.get(entity, {})
        return self.ids(entity).with_columns([self.column(name) for name in columns])

    @cached_property
    def entity_of(self) -> dict[str, str]:
        """Column name to entity, for everything stored in the slice."""
        return {name: entity for entity, columns in self.frame.columns.items() for name in columns}

    def positions(self, group: str) -> Integers:
        """Return, person by person, the row of the group they belong to."""
        return positions(
            self.ids("person")[membership(group)].to_numpy(), self.ids(group)[f"{group}_id"].to_numpy()
        )

    def first_persons(self, group: str) -> Integers:
        """Return, group by group, the row of its first person.

        Raises:
            ValueError: a group has no person.
        """
        group_of = self.positions(group)
        first = np.full(self.count(group), -1)
        # Written from the last person to the first, so that the first is what stays.
        first[group_of[::-1]] = np.arange(len(group_of))[::-1]
        if (first < 0).any():
            empty = self.ids(group)[f"{group}_id"][int(np.argmin(first))]
            raise ValueError(f"no person belongs to {group} {empty}")
        return first

    def household_of(self, entity: str) -> Integers:
        """Return, row by row of an entity, the row of its household."""
        if entity == "household":
            return np.arange(self.count("household"))
        of_person = self.positions("household")
        return of_person if entity == "person" else of_person[self.first_persons(entity)]

    def source_rows(self, node: str, entity: str) -> Integers:
        """Return which row of the step before each row of a step that defines rows continues."""
        return self._row_file(node, entity)[SOURCE_ROW].to_numpy()

    def _row_file(self, node: str, entity: str) -> pl.DataFrame:
        if (node, entity) not in self._rows:
            self._rows[node, entity] = stored(self._artifacts[node].path(rows_file(entity)))
        return self._rows[node, entity]


class OverlaidReader(FrameReader):
    """A frame with columns that a step has just computed, in the place of those that it found."""

    def __init__(
        self,
        frame: FrameRef,
        artifacts: Mapping[str, Artifact],
        entity: str,
        computed: Mapping[str, pl.Series],
    ) -> None:
        super().__init__(frame, artifacts)
        self._entity, self._computed = entity, computed

    def column(self, name: str) -> pl.Series:
        """Return a column as the step leaves it, or as it was."""
        return self._computed[name] if name in self._computed else super().column(name)

    @cached_property
    def entity_of(self) -> dict[str, str]:
        """Column name to entity, computed ones included."""
        stored = {name: entity for entity, columns in self.frame.columns.items() for name in columns}
        return {**stored, **dict.fromkeys(self._computed, self._entity)}


def positions(members: Integers, ids: Integers) -> Integers:
    """Return where each member's id stands among `ids`, which are distinct and may be in any order.

    Raises:
        ValueError: an id is not there.
    """
    order = np.argsort(ids, kind="stable").astype(np.int64)
    place = np.searchsorted(ids, members, sorter=order)
    known = place < len(ids)
    found = order[np.where(known, place, 0)] if len(ids) else np.zeros(len(members), dtype=np.int64)
    known[known] = ids[found[known]] == members[known]
    if not known.all():
        raise ValueError(f"the id {members[~known][0]} belongs to nobody")
    return found
