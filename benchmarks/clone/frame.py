"""The frame that is cloned: made-up households, written as an artifact of the runtime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, GROUPS, WEIGHT, ColumnRef, FrameRef
from runtime.frames import SOURCE_ROW, membership
from runtime.names import column_file, rows_file

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

ADDRESS = "source.survey"
OF_PERSONS, OF_HOUSEHOLDS, PREDICTORS, BLOCK = 50, 10, 7, 10
PERSONS = tuple(f"person_{number:02d}" for number in range(OF_PERSONS))
HOUSEHOLDS = tuple(f"household_{number:02d}" for number in range(OF_HOUSEHOLDS))
# Of the persons' variables: what the copy takes from the donor, and what both halves do.
ON_COPIES, ON_BOTH = PERSONS[:30], PERSONS[30:40]


@dataclass(frozen=True)
class Kept:
    """A folder with files, read as the runtime reads an artifact of its store."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return where a file is."""
        return self.folder / name


def write_frame(folder: Path, households: int, persons: int) -> None:
    """Write rows and columns of so many households and persons."""
    random = np.random.default_rng(7)
    of = _of_persons(random, households, persons)
    tables = {
        "person": pl.DataFrame(
            {"person_id": np.arange(1, persons + 1)} | {membership(g): of[g] for g in GROUPS}
        )
    }
    tables |= {group: pl.DataFrame({f"{group}_id": np.unique(of[group])}) for group in GROUPS}
    for entity in ENTITIES:
        rows = tables[entity].with_columns(pl.lit(None, dtype=pl.Int64).alias(SOURCE_ROW))
        rows.write_parquet(folder / rows_file(entity))
    sizes = dict.fromkeys(PERSONS, persons) | dict.fromkeys(HOUSEHOLDS, households)
    for name, size in sizes.items():
        amounts = np.where(random.random(size) < 0.6, 0.0, random.lognormal(9, 1.5, size))
        pl.DataFrame({name: amounts}).write_parquet(folder / column_file(name[:-3], name))
    weights = random.uniform(10, 200, households)
    pl.DataFrame({WEIGHT: weights}).write_parquet(folder / column_file("household", WEIGHT))


def _of_persons(random: np.random.Generator, households: int, persons: int) -> dict[str, Integers]:
    """Return the groups of each person: everybody in a household, some in a unit of their own there."""
    more = np.sort(random.integers(1, households + 1, persons - households))
    household = np.sort(np.concatenate([np.arange(1, households + 1), more]))
    alone = random.random(persons) < 0.12
    unit = np.where(alone, 10_000_000 + np.arange(persons), household)
    return {group: unit if group in ("tax_unit", "marital_unit") else household for group in GROUPS}


def frame() -> FrameRef:
    """Return the frame that was written."""
    made = ColumnRef(ADDRESS, 1)
    columns = {
        "household": {WEIGHT: made} | dict.fromkeys(HOUSEHOLDS, made),
        "person": dict.fromkeys(PERSONS, made),
    }
    return FrameRef((ADDRESS,), columns)
