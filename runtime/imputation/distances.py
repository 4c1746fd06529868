"""Predictors as points: where missing values stand, and one scale for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats, Predictors, Rows


@dataclass(frozen=True, slots=True)
class Scale:
    """Weighted mean and spread of each predictor, and of whether it is missing, among donors.

    A missing value becomes the weighted mean, and a column of its own says that it was missing (missing
    indicator: Little and Rubin 2019, "Statistical analysis with missing data", section 3.4). So a row that
    misses a predictor is told apart from one at the mean.

    Attributes:
        centre: (p,) weighted means of the present values; 0 where no donor has one.
        spread: (p,) weighted standard deviations; infinite where all donors agree, so that the predictor
            says nothing.
        is_missing: (p,) weighted share of donors who miss it; 0 where all do.
    """

    centre: Floats
    spread: Floats
    is_missing: Floats

    @classmethod
    def of(cls, predictors: Predictors, weights: Floats) -> Scale:
        """Measure donors, (n, p), of positive weights (n,)."""
        # Sums by NumPy, not by BLAS, whose last digit would depend on the number of threads.
        share = (weights / weights.sum())[:, None]
        present = ~np.isnan(predictors)
        some = np.where(present.any(axis=0), (share * present).sum(axis=0), 1.0)
        known = np.where(present, predictors, 0.0).astype(np.float64)
        centre = (share * known).sum(axis=0) / some
        spread = np.sqrt((share * np.where(present, known - centre, 0.0) ** 2).sum(axis=0) / some)
        highest = np.where(present, predictors, -np.inf).max(axis=0)
        varies = highest > np.where(present, predictors, np.inf).min(axis=0)
        mixed = present.any(axis=0) & ~present.all(axis=0)
        is_missing = np.where(mixed, (share * ~present).sum(axis=0), 0.0)
        return cls(centre, np.where(varies & (spread > 0), spread, np.inf), is_missing)

    def points(self, predictors: Predictors) -> Floats:
        """Return (rows, p + q) standardised predictors, and q indicators of those that donors may miss.

        A predictor that no donor misses, or all, has no indicator: nobody is nearer for it.
        """
        gone = np.isnan(predictors)
        values = (np.where(gone, self.centre, predictors) - self.centre) / self.spread
        told = np.flatnonzero(self.is_missing > 0)
        unlike = np.sqrt(self.is_missing[told] * (1.0 - self.is_missing[told]))
        return np.column_stack([values, (gone[:, told] - self.is_missing[told]) / unlike])


@dataclass(frozen=True, slots=True)
class Places:
    """Donors by place: those with the same predictors are at one.

    Attributes:
        points: (k, d) distinct points.
        order: (n,) donors, place by place.
        starts: (k + 1,) donors of place i are `order[starts[i]:starts[i + 1]]`.
        mass: (n + 1,) weight of all donors before each in that order.
    """

    points: Floats
    order: Rows
    starts: Rows
    mass: Floats

    @classmethod
    def of(cls, points: Floats, weights: Floats) -> Places:
        """File donors at (n, d) points, of positive weights (n,)."""
        distinct, place = np.unique(points, axis=0, return_inverse=True)
        order = np.argsort(place.ravel(), kind="stable").astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(np.bincount(place.ravel()))]).astype(np.int64)
        return cls(distinct, order, starts, np.concatenate([[0.0], np.cumsum(weights[order])]))

    def draw(self, places: Rows, points: Floats) -> Rows:
        """Return a donor of each of (k,) places, by weight: the inverse at (k,) points in [0, 1)."""
        low, high = self.starts[places], self.starts[places + 1]
        target = self.mass[low] + points * (self.mass[high] - self.mass[low])
        # Rounding may put a point on the upper edge of a place, which belongs to the next.
        slot = np.clip(np.searchsorted(self.mass, target, side="right") - 1, low, high - 1)
        donors: Rows = self.order[slot]
        return donors
