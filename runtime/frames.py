"""Frames: a row order per entity, and columns that several steps wrote, each in the rows there were at its time.

An artifact keeps a column as `<entity>.<column>.parquet` and, when the step defined rows, `rows.<entity>.parquet` with the ids
and, as `source_row`, the row of the step before that each row continues. A column written earlier is carried over by that map
when it is read; nothing is ever rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
from compiler.plan import FrameRef

from runtime.store import Artifact

SOURCE_ROW = "source_row"


def column_file(entity: str, name: str) -> str:
    """Return the file that keeps a column."""
    return f"{entity}.{name}.parquet"


def rows_file(entity: str) -> str:
    """Return the file that keeps the rows of an entity."""
    return f"rows.{entity}.parquet"


def membership(group: str) -> str:
    """Return the person column that holds the id of the group a person belongs to."""
    return f"person_{group}_id"


class FrameReader:
    """Reads a slice of a frame. Columns come in the row order of the last step that defined rows."""

    def __init__(self, frame: FrameRef, artifacts: Mapping[str, Artifact]) -> None:
        self.frame = frame
        self._artifacts = artifacts

    def ids(self, entity: str) -> pl.DataFrame:
        """Return the ids of an entity's rows; for persons also those of their groups."""
        path = self._artifacts[self.frame.rows[-1]].path(rows_file(entity))
        return pl.read_parquet(path).drop(SOURCE_ROW)

    def count(self, entity: str) -> int:
        """Return the number of rows of an entity."""
        return self.ids(entity).height

    def column(self, name: str) -> pl.Series:
        """Return a stored column.

        Raises:
            KeyError: the slice does not hold it.
        """
        entity = self.entity_of[name]
        ref = self.frame.columns[entity][name]
        series = pl.read_parquet(self._artifacts[ref.node].path(column_file(entity, name))).to_series()
        for node in self.frame.rows[ref.rows :]:
            series = series.gather(self._source_rows(node, entity))
        return series

    def table(self, entity: str) -> pl.DataFrame:
        """Return the ids of an entity with all its columns in the slice."""
        return self.ids(entity).with_columns(self.column(name) for name in self.frame.columns.get(entity, {}))

    @cached_property
    def entity_of(self) -> dict[str, str]:
        """Column name to entity, for everything stored in the slice."""
        return {name: entity for entity, columns in self.frame.columns.items() for name in columns}

    def positions(self, group: str) -> npt.NDArray[np.int64]:
        """Return, person by person, the row of the group they belong to."""
        return positions(self.ids("person")[membership(group)].to_numpy(), self.ids(group)[f"{group}_id"].to_numpy())

    def _source_rows(self, node: str, entity: str) -> pl.Series:
        return pl.read_parquet(self._artifacts[node].path(rows_file(entity)), columns=[SOURCE_ROW]).to_series()


def positions(members: npt.NDArray[np.int64], ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return where each member's id stands among `ids`, which are distinct and may be in any order.

    Raises:
        ValueError: an id is not there.
    """
    order = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids, members, sorter=order)
    found = order[np.clip(place, 0, len(ids) - 1)]
    if not np.array_equal(ids[found], members):
        missing = members[ids[found] != members][0]
        raise ValueError(f"the id {missing} belongs to nobody")
    return found.astype(np.int64)


