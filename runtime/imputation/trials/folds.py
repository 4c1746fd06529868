"""Folds of donors: whole units, each in one fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.random import Generator

    from runtime.frames import FrameReader
    from runtime.imputation.protocol import Rows


def units_of(reader: FrameReader, entity: str, folds: Mapping[str, str | None]) -> Rows:
    """Return the unit of each row of `entity`, as `folds` has it: `by`, and `ids` or None."""
    name = folds["ids"]
    ids = None if name is None else evaluate(reader, entity, {name: quoted(name)})[name]
    return units(reader, entity, str(folds["by"]), ids)


def units(reader: FrameReader, entity: str, by: str, ids: pl.Series | None) -> Rows:
    """Return, row by row of `entity`, the number of the unit that is never split.

    A unit is all rows of one `by`, and all rows that share one of `ids`: where an id reaches across several,
    as that of implicates does, they are one unit together.

    Args:
        reader: of the donors.
        entity: whose rows give.
        by: the entity that is never split; for rows that are no persons, itself or the household.
        ids: row by row, what else must stay together.

    Raises:
        NodeFailed: an id is missing.
    """
    first = _group(reader, entity, by)
    if ids is None:
        return first
    if ids.null_count():
        remedy = "name a column under `folds: {ids: ...}` that every donor has"
        raise NodeFailed(f"the donors have no `{ids.name}` in {ids.null_count()} rows", remedy=remedy)
    return _joined(first, ids.rank("dense").to_numpy().astype(np.int64) - 1)


def folds_of(units: Rows, count: int, rng: Generator) -> Rows:
    """Return the fold of each row, 0 to count - 1: units in random order, dealt out in turn.

    Raises:
        NodeFailed: there are fewer units than folds.
    """
    number, unit_of = np.unique(units, return_inverse=True)
    if len(number) < count:
        remedy = "ask for fewer folds, or for smaller units under `folds: {by: ...}`"
        raise NodeFailed(f"{len(number)} units that are not split cannot fill {count} folds", remedy=remedy)
    fold_of = rng.permutation(len(number)) % count
    folds: Rows = fold_of[unit_of].astype(np.int64)
    return folds


def some(units: Rows, records: int, rng: Generator) -> Rows:
    """Return the rows of units drawn evenly and whole, no more than `records` rows but for a single unit."""
    number, unit_of, sizes = np.unique(units, return_inverse=True, return_counts=True)
    order = rng.permutation(len(number))
    kept = max(int(np.searchsorted(np.cumsum(sizes[order]), records, side="right")), 1)
    is_kept = np.zeros(len(number), dtype=np.bool_)
    is_kept[order[:kept]] = True
    return np.flatnonzero(is_kept[unit_of])


def _group(reader: FrameReader, entity: str, by: str) -> Rows:
    if entity == by:
        return np.arange(reader.count(entity))
    return reader.positions(by) if entity == "person" else reader.household_of(entity)


def _joined(first: Rows, second: Rows) -> Rows:
    """Return the units of rows that share a first or a second group, however many steps apart."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    shift = int(first.max(initial=-1)) + 1
    size = shift + int(second.max(initial=-1)) + 1
    links = coo_matrix((np.ones(len(first), dtype=np.int8), (first, second + shift)), shape=(size, size))
    unit: Rows = connected_components(links, directed=False)[1][first].astype(np.int64)
    return unit
