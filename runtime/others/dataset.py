"""A dataset from a file of the engine or a folder of tables, as a frame that expressions can be read from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import polars as pl

from compiler.plan import ENTITIES, GROUPS, FrameRef
from runtime.errors import NodeFailed
from runtime.frames import SOURCE_ROW, FrameReader, membership

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Tables = dict[str, pl.DataFrame]

ETERNITY = "ETERNITY"
_REMEDY = "name a file of the engine (.h5), or a folder with one Parquet table an entity"


class TablesReader(FrameReader):
    """A frame whose columns lie in tables, an entity each; views are those of the plan that asks."""

    def __init__(self, tables: Tables, views: Sequence[tuple[str, str, str, str]] = ()) -> None:
        super().__init__(FrameRef(("dataset",), {}, tuple(views)), {})
        self.tables = tables

    @cached_property
    def entity_of(self) -> dict[str, str]:
        """Column name to entity, ids and memberships aside."""
        return {
            name: entity
            for entity, table in self.tables.items()
            for name in table.columns
            if name not in structure(entity)
        }

    def column(self, name: str) -> pl.Series:
        """Return a column."""
        return self.tables[self.entity_of[name]][name]

    def _row_file(self, node: str, entity: str) -> pl.DataFrame:  # noqa: ARG002 - there is one node
        ids = self.tables[entity].select(structure(entity))
        return ids.with_columns(pl.lit(None, dtype=pl.Int64).alias(SOURCE_ROW))


def read_dataset(path: Path, period: int, entities: Mapping[str, str]) -> Tables:
    """Return the tables of a dataset, by entity.

    Args:
        path: a file of the engine (HDF5, a group a variable), or a folder of Parquet tables.
        period: the year that is compared; a file may hold several.
        entities: by variable of the engine its entity; others in a file are passed over.

    Raises:
        NodeFailed: it is no dataset, of another year, or lacks ids; what it lacks is named.
    """
    tables = _from_tables(path) if path.is_dir() else _from_file(path, period, entities)
    for entity in ENTITIES:
        lacking = [name for name in structure(entity) if name not in tables[entity].columns]
        if lacking:
            raise NodeFailed(f"{path} has no `{lacking[0]}` of {entity}", remedy=_REMEDY)
    return _in_order(tables)


def _in_order(tables: Tables) -> Tables:
    """Put the rows of every entity in the order of the households, those of one together."""
    reader = TablesReader(tables)
    order = {entity: np.argsort(reader.household_of(entity), kind="stable") for entity in ENTITIES}
    return {entity: table[order[entity]] for entity, table in tables.items()}


def structure(entity: str) -> list[str]:
    """Return the columns that say who a row is and whom it belongs to."""
    ids = [f"{entity}_id"]
    return ids + [membership(group) for group in GROUPS] if entity == "person" else ids


def _from_tables(folder: Path) -> Tables:
    missing = [entity for entity in ENTITIES if not (folder / f"{entity}.parquet").is_file()]
    if missing:
        raise NodeFailed(f"{folder} has no {missing[0]}.parquet", remedy=_REMEDY)
    return {entity: pl.read_parquet(folder / f"{entity}.parquet", glob=False) for entity in ENTITIES}


def _from_file(path: Path, period: int, entities: Mapping[str, str]) -> Tables:
    try:
        with h5py.File(path, "r") as file:
            columns = {name: found for name in file if (found := _values(file[name], period)) is not None}
            years = {key for name in file if isinstance(file[name], h5py.Group) for key in file[name]}
    except OSError as error:
        raise NodeFailed(f"{path} is no file of the engine: {error}", remedy=_REMEDY) from error
    if "person_id" not in columns and years:
        said = ", ".join(sorted(year for year in years if year != ETERNITY)[:5])
        raise NodeFailed(f"{path} is of {said}, the run is of {period}", remedy="compare data of one year")
    owner = {name: entity for entity in ENTITIES for name in structure(entity)}
    tables: dict[str, dict[str, Any]] = {entity: {} for entity in ENTITIES}
    for name, values in columns.items():
        entity = owner.get(name) or entities.get(name)
        if entity is not None:
            tables[entity][name] = values
    return {entity: _table(path, entity, named) for entity, named in tables.items()}


def _values(held: Any, period: int) -> Any:  # noqa: ANN401 - of h5py
    """Return the values of a variable for a year, None where it holds none."""
    if isinstance(held, h5py.Group):
        key = next((key for key in (str(period), ETERNITY) if key in held), None)
        return None if key is None else _decoded(held[key][()])
    return _decoded(held[()])


def _decoded(values: Any) -> Any:  # noqa: ANN401 - an array
    return np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values


def _table(path: Path, entity: str, columns: dict[str, Any]) -> pl.DataFrame:
    rows = len(columns.get(f"{entity}_id", ()))
    for name, values in columns.items():
        if len(values) != rows:
            message = f"`{name}` of {path} has {len(values)} values for {rows} rows of {entity}"
            raise NodeFailed(message, remedy="mend the file: the engine says whose variable it is")
    return pl.DataFrame(columns)
