"""Cutting a population into ranges of whole households, and the key under which a finished range is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.content import content_digest
from runtime.durable import canonical_json
from runtime.engine.entities import ENTITIES, GROUPS, HOUSEHOLD, PERSON, id_of, membership_of
from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from runtime.engine.request import Request

    Ids = npt.NDArray[np.int64]

# Part of every key: raise it when the worker computes or encodes anything differently.
COMPUTATION = 1


@dataclass(frozen=True)
class Chunk:
    """A range of households; `rows` maps an entity to the (first row, number of rows) of its members."""

    index: int
    rows: Mapping[str, tuple[int, int]]

    def __str__(self) -> str:
        first, count = self.rows[HOUSEHOLD]
        return f"chunk {self.index} (households {first} to {first + count - 1})"


def cut(inputs: Path, households_per_chunk: int) -> list[Chunk]:
    """Return the chunks of a population, in order; each holds all members of its households, of every entity.

    Raises:
        EngineError: an id column is missing, doubled or null, a group spans two households, is empty, or the
            rows are not in household order; names the entity and the id.
    """
    ids = {entity: _ids(inputs, entity, id_of(entity)) for entity in ENTITIES}
    person_household = _positions(inputs, HOUSEHOLD, ids[HOUSEHOLD])
    owners = {PERSON: person_household, HOUSEHOLD: np.arange(ids[HOUSEHOLD].size)}
    _refuse_disorder(PERSON, ids[PERSON], person_household)
    for group in GROUPS:
        owners[group] = _household_of(
            group, ids[group], _positions(inputs, group, ids[group]), person_household
        )
    starts = np.arange(0, ids[HOUSEHOLD].size, households_per_chunk)
    return [_chunk(index, int(start), households_per_chunk, owners) for index, start in enumerate(starts)]


def read_slice(inputs: Path, chunk: Chunk, entity: str) -> pl.DataFrame:
    """Return the rows of an entity that belong to a chunk."""
    first, count = chunk.rows[entity]
    return pl.scan_parquet(inputs / f"{entity}.parquet").slice(first, count).collect()


def key_of(request: Request, chunk: Chunk, whole: bool) -> str:  # noqa: FBT001  one caller, and it names it
    """Return the content key of a chunk: what it holds and what is computed of it, not where it lies."""
    document: dict[str, Any] = {
        "computation": COMPUTATION,
        "engine": request.engine,
        "version": request.engine_version,
        "period": request.period,
        "variables": list(request.variables),
        # A chunk that is the whole population may hold what a part of one may not: population-wide variables.
        "whole": whole,
        "content": {entity: content_digest(read_slice(request.inputs, chunk, entity)) for entity in ENTITIES},
    }
    return hashlib.sha256(canonical_json(document)).hexdigest()


def _chunk(index: int, start: int, size: int, owners: Mapping[str, Ids]) -> Chunk:
    rows: dict[str, tuple[int, int]] = {}
    for entity, owner in owners.items():
        # Owners ascend, so the members of a range of households are a range of rows.
        first, last = (int(row) for row in np.searchsorted(owner, [start, start + size]))
        rows[entity] = (first, last - first)
    return Chunk(index, rows)


def _ids(inputs: Path, entity: str, column: str) -> Ids:
    path = inputs / f"{entity}.parquet"
    if not path.is_file():
        raise EngineError(
            f"the input has no table of {entity}", place=str(path), remedy="write one, with its ids"
        )
    if column not in pl.read_parquet_schema(path):
        raise EngineError(f"{path.name} has no column `{column}`", place=str(path), remedy="add it")
    values = pl.read_parquet(path, columns=[column])[column]
    if values.null_count() or not values.dtype.is_integer():
        found = f"{values.null_count()} nulls" if values.null_count() else f"type {values.dtype}"
        raise EngineError(f"`{column}` has {found}", place=str(path), remedy="ids are integers, none missing")
    return values.cast(pl.Int64).to_numpy()


def _positions(inputs: Path, group: str, ids: Ids) -> Ids:
    """Return, for every person, the row of its group."""
    membership = _ids(inputs, PERSON, membership_of(group))
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    twins = np.flatnonzero(ordered[1:] == ordered[:-1])
    if twins.size:
        raise EngineError(
            f"{group} {ordered[twins[0]]} is listed twice", remedy=f"`{id_of(group)}` must be unique"
        )
    places = np.searchsorted(ordered, membership).clip(max=max(ids.size - 1, 0))
    strays = np.flatnonzero(ordered[places] != membership) if ids.size else np.arange(membership.size)
    if strays.size:
        raise EngineError(
            f"person row {strays[0]} belongs to {group} {membership[strays[0]]}, not in {group}.parquet",
            remedy=f"every `{membership_of(group)}` must be one of `{id_of(group)}`",
        )
    person_group: Ids = order[places]
    return person_group


def _household_of(group: str, ids: Ids, person_group: Ids, person_household: Ids) -> Ids:
    """Return the household row of every group; all its members must live there."""
    lowest = np.full(ids.size, np.iinfo(np.int64).max)
    highest = np.full(ids.size, -1)
    np.minimum.at(lowest, person_group, person_household)
    np.maximum.at(highest, person_group, person_household)
    spans = "has members in more than one household, so no chunk can hold it"
    _refuse_first(group, ids, highest > lowest, spans, "split it by household, or correct the memberships")
    _refuse_first(group, ids, highest < 0, "has no members", "drop it, or give it its members")
    _refuse_disorder(group, ids, lowest)
    return lowest


def _refuse_disorder(entity: str, ids: Ids, owners: Ids) -> None:
    early = np.concatenate([[False], owners[1:] < owners[:-1]])
    where = f"lies behind a {entity} of a later household"
    _refuse_first(
        entity, ids, early, where, "sort every table by the row of its household in household.parquet"
    )


def _refuse_first(entity: str, ids: Ids, wrong: npt.NDArray[np.bool_], what: str, remedy: str) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        more = f" ({rows.size} such)" if rows.size > 1 else ""
        raise EngineError(f"{entity} {ids[rows[0]]} {what}{more}", remedy=remedy, kind="not-chunkable")
