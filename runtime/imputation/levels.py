"""Predictors as ranks among the donors' distinct values, and ranks as values again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Predictors

    Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Levels:
    """The distinct values of each predictor, and the donors' places among them.

    Attributes:
        codes: (n, p) places, from 1; 0 for a missing value.
        values: all distinct values, predictor by predictor, ascending in each.
        starts: (p,) where those of a predictor begin.
    """

    codes: NDArray[np.uint32]
    values: Predictors
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, predictors: Predictors) -> Levels:
        """Rank (n, p) donors, predictor by predictor."""
        codes, values = np.zeros(predictors.shape, np.uint32), []
        for number, column in enumerate(predictors.T):
            present = ~np.isnan(column)
            distinct, places = np.unique(column[present], return_inverse=True)
            codes[present, number] = places + 1
            values.append(distinct)
        sizes = [len(distinct) for distinct in values]
        return cls(codes, np.concatenate(values), np.cumsum([0, *sizes[:-1]]))

    def thresholds(self, features: Ints, cuts: Ints) -> Predictors:
        """Return, node by node, the value half-way from a place to the next; minus infinity below the first.

        Args:
            features: (nodes,) predictors; a negative one gets any number.
            cuts: (nodes,) places, 0 for below all.
        """
        asked = np.flatnonzero((features >= 0) & (cuts > 0))
        upper = self.starts[features[asked]] + cuts[asked]
        low, high = self.values[upper - 1], self.values[upper]
        middle = ((low.astype(np.float64) + high) / 2).astype(np.float32)
        found = np.full(len(features), -np.inf, np.float32)
        # Between neighbouring numbers of 32 bits there is no other: the lower one still goes left.
        found[asked] = np.where(middle < high, middle, low)
        return found
