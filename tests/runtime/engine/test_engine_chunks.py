"""Cutting a population into chunks of whole households."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from engine_population import population, write_population

from runtime.engine.chunks import cut, key_of, read_slice
from runtime.engine.entities import ENTITIES, GROUPS, id_of, membership_of
from runtime.engine.errors import EngineError
from runtime.engine.request import Request

if TYPE_CHECKING:
    from pathlib import Path


def test_chunks_partition_every_entity_in_order(tmp_path: Path) -> None:
    """Put end to end, the slices of the chunks are the tables again."""
    tables = population(23)
    chunks = cut(write_population(tmp_path, tables), 5)
    assert len(chunks) == 5
    for entity in ENTITIES:
        assert pl.concat(read_slice(tmp_path, chunk, entity) for chunk in chunks).equals(tables[entity])


def test_a_chunk_holds_every_group_of_its_members(tmp_path: Path) -> None:
    """No membership of a chunk's people points outside the chunk."""
    write_population(tmp_path, population(23))
    for chunk in cut(tmp_path, 4):
        people = read_slice(tmp_path, chunk, "person")
        for group in GROUPS:
            held = read_slice(tmp_path, chunk, group)[id_of(group)]
            assert set(people[membership_of(group)]) == set(held)


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "household"])
def test_a_group_that_spans_two_households_is_refused(tmp_path: Path, group: str) -> None:
    """The error names the entity and the id of the first one."""
    tables = population(8)
    column = membership_of(group)
    first = tables[group][id_of(group)][0]
    last_person = pl.int_range(pl.len()) == pl.len() - 1
    tables["person"] = tables["person"].with_columns(
        pl.when(last_person).then(first).otherwise(column).alias(column)
    )
    with pytest.raises(EngineError, match=f"{group} {first} has members in more than one household"):
        cut(write_population(tmp_path, tables), 4)


@pytest.mark.parametrize("entity", [entity for entity in ENTITIES if entity != "household"])
def test_rows_out_of_household_order_are_refused(tmp_path: Path, entity: str) -> None:
    """Slices by row would mix households."""
    tables = population(8)
    tables[entity] = tables[entity].reverse()
    with pytest.raises(EngineError, match=f"{entity} .* of a later household"):
        cut(write_population(tmp_path, tables), 4)


def test_a_group_without_members_is_refused(tmp_path: Path) -> None:
    """It has no household, so no chunk."""
    tables = population(8)
    tables["family"] = pl.concat([tables["family"], pl.DataFrame({"family_id": [999999]})])
    with pytest.raises(EngineError, match="family 999999 has no members"):
        cut(write_population(tmp_path, tables), 4)


def test_a_membership_of_nothing_is_refused(tmp_path: Path) -> None:
    """A person of an unknown tax unit is named by row, with the id."""
    tables = population(8)
    tables["tax_unit"] = tables["tax_unit"].tail(-1)
    with pytest.raises(EngineError, match=r"person row 0 belongs to tax_unit 1000, not in tax_unit.parquet"):
        cut(write_population(tmp_path, tables), 4)


def test_doubled_ids_are_refused(tmp_path: Path) -> None:
    """Two households of one id cannot be told apart."""
    tables = population(8)
    tables["household"] = tables["household"].with_columns(household_id=pl.lit(100, pl.Int64))
    with pytest.raises(EngineError, match="household 100 is listed twice"):
        cut(write_population(tmp_path, tables), 4)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    """The engine needs all six entities."""
    write_population(tmp_path, population(8))
    (tmp_path / "marital_unit.parquet").unlink()
    with pytest.raises(EngineError, match="no table of marital_unit"):
        cut(tmp_path, 4)


def test_the_key_of_a_chunk_follows_its_content_and_the_request_only(tmp_path: Path) -> None:
    """Another folder and other workers give the same key; another value, variable or version another one."""
    tables = population(8)
    request = Request("policyengine_us", "1", 2023, tmp_path / "a", ("snap",), 4, 1, tmp_path)
    write_population(tmp_path / "a", tables)
    write_population(tmp_path / "b", tables)
    chunk = cut(tmp_path / "a", 4)[0]
    key = key_of(request, chunk, whole=False)
    assert key_of(replace(request, inputs=tmp_path / "b", workers=2), chunk, whole=False) == key
    tables["person"] = tables["person"].with_columns(age=pl.col("age") + 1)
    write_population(tmp_path / "b", tables)
    others = [
        replace(request, inputs=tmp_path / "b"),
        replace(request, variables=("ssi",)),
        replace(request, engine_version="2"),
        replace(request, period=2024),
    ]
    assert (
        len(
            {
                key,
                key_of(request, chunk, whole=True),
                *(key_of(other, chunk, whole=False) for other in others),
            }
        )
        == 6
    )
