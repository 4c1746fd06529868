"""The spaces in which whole records are compared: columns standardised, or an embedding of their ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats

_EXPLAINED, _MOST = 0.95, 16


@dataclass(frozen=True, slots=True)
class Standard:
    """Columns at the weighted mean 0 and variance 1 of some reference; see `standard_space`."""

    means: Floats
    scales: Floats
    may_lack: NDArray[np.bool_]

    def place(self, values: Floats) -> Floats:
        """Return (m, c + missing) records in this space."""
        lacking = np.isnan(values)
        scaled = np.where(lacking, 0.0, (values - self.means) / self.scales)
        return np.column_stack([scaled, lacking[:, self.may_lack].astype(np.float64)])


def standard_space(values: Floats, weights: Floats) -> Standard:
    """Return the space in which each column of `values`, (n, c), has weighted mean 0 and variance 1.

    A missing value (NaN) is at the mean and 1 in a column of its own, for each column that lacks any. A
    constant column keeps its unit. As everywhere where columns are standardised, flags count for as much as
    amounts, and an amount with a long tail lies at one point but for its tail: `embedding` does not suffer
    from that.
    """
    lacking = np.isnan(values)
    heard = np.where(lacking, 0.0, weights[:, None])
    mass = np.maximum(heard.sum(axis=0), np.finfo(float).tiny)
    means = (np.where(lacking, 0.0, values) * heard).sum(axis=0) / mass
    spread = np.sqrt((np.where(lacking, 0.0, values - means) ** 2 * heard).sum(axis=0) / mass)
    return Standard(means, np.where(spread > 0, spread, 1.0), np.asarray(lacking.any(axis=0)))


@dataclass(frozen=True, slots=True)
class Embedding:
    """Principal components of ranks; see `embedding`."""

    levels: tuple[Floats, ...]
    ranks: tuple[Floats, ...]
    standard: Standard
    axes: Floats

    def place(self, values: Floats) -> Floats:
        """Return (m, components) records in this space."""
        placed: Floats = self.standard.place(_ranked(values, self.levels, self.ranks)) @ self.axes
        return placed


def embedding(values: Floats, weights: Floats) -> Embedding:
    """Learn an embedding from some records, (n, c), which must not be those that are then compared.

    Each column is put on the scale of its weighted mid-ranks (linear between the values that were seen),
    standardised, and all are turned to their weighted principal components (Pearson 1901), as many as hold
    95 % of the variance, 16 at the most. Ranks keep long tails from being one point, and components keep
    columns that say the same from being counted often. It is linear in ranks: no network is trained,
    so that nothing but the records decides it.
    """
    seen = [_levels(column, weights) for column in values.T]
    levels, ranks = tuple(level for level, _ in seen), tuple(rank for _, rank in seen)
    ranked = _ranked(values, levels, ranks)
    standard = standard_space(ranked, weights)
    placed = standard.place(ranked)
    centred = placed - np.average(placed, axis=0, weights=weights)
    covariance = (centred * (weights / weights.sum())[:, None]).T @ centred
    variances, axes = np.linalg.eigh(covariance)
    variances, axes = np.maximum(variances[::-1], 0.0), axes[:, ::-1]
    explained = np.cumsum(variances) / max(variances.sum(), np.finfo(float).tiny)
    kept = min(int(np.searchsorted(explained, _EXPLAINED)) + 1, _MOST, len(variances))
    return Embedding(levels, ranks, standard, np.ascontiguousarray(axes[:, :kept]))


def _levels(column: Floats, weights: Floats) -> tuple[Floats, Floats]:
    there = ~np.isnan(column)
    if not weights[there].sum() > 0:
        return np.zeros(1), np.zeros(1)
    levels, level_of = np.unique(column[there], return_inverse=True)
    mass = np.bincount(level_of, weights=weights[there], minlength=len(levels))
    return levels, (np.cumsum(mass) - mass / 2) / mass.sum()


def _ranked(values: Floats, levels: tuple[Floats, ...], ranks: tuple[Floats, ...]) -> Floats:
    columns = [np.interp(c, level, rank) for c, level, rank in zip(values.T, levels, ranks, strict=True)]
    return np.where(np.isnan(values), np.nan, np.column_stack(columns))
