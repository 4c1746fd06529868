"""The benchmark's data: real tax units of taxcalc's CPS file (CC0), the recipients' answers hidden.

Amounts are not uprated: across years, recipients' money is two years younger, for every method alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from runtime.seeds import stream

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.imputation.protocol import Floats, Predictors

PREDICTORS: dict[str, pl.Expr] = {
    "age of head": pl.col("age_head"),
    "age of spouse": pl.col("age_spouse"),
    "joint": pl.col("MARS") == 2,
    "persons": pl.col("XTOT"),
    "under 18": pl.col("nu18"),
    "wages of head": pl.col("e00200p"),
    "wages of spouse": pl.col("e00200s"),
    "business": pl.col("e00900"),
    "farm": pl.col("e02100"),
    "unemployment": pl.col("e02300"),
    "social security": pl.col("e02400"),
    "elderly dependents": pl.col("elderly_dependents"),
}

# Columns of the file, or the difference of two where one is a part of the other: a part never exceeds its
# whole then.
BLOCKS: dict[str, dict[str, pl.Expr]] = {
    "capital": {
        "taxable interest": pl.col("e00300"),
        "tax-exempt interest": pl.col("e00400"),
        "non-qualified dividends": pl.col("e00600") - pl.col("e00650"),
        "qualified dividends": pl.col("e00650"),
        "capital-gain distributions": pl.col("e01100"),
    },
    "retirement": {
        "IRA distributions": pl.col("e01400"),
        "untaxed pensions": pl.col("e01500") - pl.col("e01700"),
        "taxable pensions": pl.col("e01700"),
    },
    "deductions": {
        "medical": pl.col("e17500"),
        "real-estate tax": pl.col("e18500"),
        "interest paid": pl.col("e19200"),
        "cash gifts": pl.col("e19800"),
        "other gifts": pl.col("e20100"),
    },
}
TARGETS = tuple(name for block in BLOCKS.values() for name in block)


@dataclass(frozen=True, slots=True)
class Units:
    """Tax units of one year: predictors (n, 12), target blocks by name (n, t) in USD a year, weights (n,)."""

    predictors: Predictors
    blocks: dict[str, Floats]
    weights: Floats

    @property
    def targets(self) -> Floats:
        """All blocks side by side, (n, t)."""
        return np.hstack(list(self.blocks.values()))


def across_years(path: Path, donors: int | None, recipients: int | None) -> tuple[Units, Units]:
    """Return donors of income year 2012 and recipients of 2014; with a size, a simple random sample."""
    units = pl.read_csv(path)
    return (
        _units(_sample(units.filter(pl.col("FLPDYR") == 2012), donors, "2012")),
        _units(_sample(units.filter(pl.col("FLPDYR") == 2014), recipients, "2014")),
    )


def within_year(path: Path, donors: int | None, recipients: int | None) -> tuple[Units, Units]:
    """Return donors and recipients of income year 2012 from two random halves of its households."""
    units = pl.read_csv(path).filter(pl.col("FLPDYR") == 2012)
    households = units["h_seq"].unique().sort()
    first = stream(0, "benchmark", "halves").permutation(len(households))[: len(households) // 2]
    mine = pl.col("h_seq").is_in(households[np.sort(first)].implode())
    return (
        _units(_sample(units.filter(mine), donors, "first half")),
        _units(_sample(units.filter(~mine), recipients, "second half")),
    )


def _sample(units: pl.DataFrame, size: int | None, name: str) -> pl.DataFrame:
    if size is None:
        return units
    if size > len(units):
        raise ValueError(f"{size} tax units asked for, but {name} has {len(units)}")
    rows = stream(0, "benchmark", name).choice(len(units), size=size, replace=False)
    return units[np.sort(rows)]


def _units(units: pl.DataFrame) -> Units:
    return Units(
        predictors=_matrix(units.select(**PREDICTORS)).astype(np.float32),
        blocks={name: _matrix(units.select(**columns)) for name, columns in BLOCKS.items()},
        weights=units["s006"].to_numpy() / 100.0,
    )


def _matrix(frame: pl.DataFrame) -> Floats:
    return np.ascontiguousarray(frame.cast(pl.Float64).to_numpy())
