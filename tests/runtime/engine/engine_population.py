"""A small population with every entity, for tests: households of one to four, in one or two tax units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from runtime.engine.entities import ENTITIES, GROUPS, id_of, membership_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Tables = dict[str, pl.DataFrame]


def population(households: int, seed: int = 0) -> Tables:
    """Return one table an entity, in household order; a third of the households hold two tax units."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 5, households)
    household = np.repeat(np.arange(households), sizes)
    place = np.concatenate([np.arange(size) for size in sizes])
    # The last of a large household in three files alone.
    alone = (place == sizes[household] - 1) & (place > 0) & (household % 3 == 0)
    ids = 100 + household
    person = {
        "person_id": np.arange(household.size) + 1,
        membership_of("household"): ids,
        membership_of("spm_unit"): ids * 10,
        membership_of("family"): ids * 10 + 1,
        membership_of("tax_unit"): ids * 10 + alone,
        membership_of("marital_unit"): _marital_units(place, alone),
        **_incomes(rng, place, alone),
    }
    tables = {
        group: pl.DataFrame({id_of(group): _in_order(person[membership_of(group)])}) for group in GROUPS
    }
    tables["household"] = tables["household"].with_columns(
        state_fips=pl.Series(rng.choice([6, 12, 25, 36, 48], households).astype(np.int32)),
        household_weight=pl.Series(rng.uniform(500, 3000, households).astype(np.float32)),
    )
    return {"person": pl.DataFrame(person), **tables}


def write_population(folder: Path, tables: Mapping[str, pl.DataFrame]) -> Path:
    """Write one Parquet file an entity and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for entity in ENTITIES:
        tables[entity].write_parquet(folder / f"{entity}.parquet")
    return folder


def columns_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, NDArray[np.generic]]:
    """Return all columns of all tables as arrays, by name."""
    columns = [column for table in tables.values() for column in table.iter_columns()]
    return {column.name: column.to_numpy() for column in columns}


def _in_order(membership: NDArray[np.int64]) -> NDArray[np.int64]:
    _, first = np.unique(membership, return_index=True)
    ids: NDArray[np.int64] = membership[np.sort(first)]
    return ids


def _marital_units(place: NDArray[np.int64], alone: NDArray[np.bool_]) -> NDArray[np.int64]:
    # The second of a household is married to the first, unless they file alone.
    married = (place == 1) & ~alone
    return np.cumsum(~married)


def _incomes(
    rng: np.random.Generator, place: NDArray[np.int64], alone: NDArray[np.bool_]
) -> dict[str, NDArray[np.generic]]:
    adult = (place < 2) | alone
    age = np.where(adult, rng.integers(22, 85, place.size), rng.integers(0, 17, place.size))
    wage = np.where(adult & (age < 67), rng.lognormal(10, 1, place.size) * rng.integers(0, 2, place.size), 0)
    return {
        "age": age.astype(np.float32),
        "employment_income_before_lsr": wage.astype(np.float32),
        "taxable_interest_income": np.where(adult, rng.exponential(300, place.size), 0).astype(np.float32),
        "social_security_retirement": np.where(age >= 67, 16000, 0).astype(np.float32),
    }
