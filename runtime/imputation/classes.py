"""The random hot deck: a donor of the recipient's own class, drawn in proportion to weight.

A class is everybody with the same values of all predictors, a missing value being one of them. A predictor
with many values is cut into bands at weighted quantiles of the donors. A class of too few donors is joined
with those that differ in the last predictor only, then in the last two, and so on, down to all donors: so
predictors are named in order of importance (sequential collapsing, as in Andridge and Little 2010,
International Statistical Review 78(1), section 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.distances import Places
from runtime.imputation.inputs import check_recipients
from runtime.imputation.metrics import weighted_quantiles
from runtime.imputation.protocol import Draw

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Predictors, Rows


@dataclass(frozen=True, slots=True)
class DonorClasses:
    """Donors by class.

    Attributes:
        cuts: for each predictor, the values at which bands begin; its own values where they are few.
        codes: (n, p) the donors' bands.
        weights: (n,) positive.
        targets: (n, t).
        rows: (n,) row numbers of the donors in the arrays given to `fit`.
        fewest: fewest donors of a class.
    """

    cuts: tuple[Floats, ...]
    codes: Rows
    weights: Floats
    targets: Floats
    rows: Rows
    fewest: int

    @classmethod
    def of(
        cls, predictors: Predictors, targets: Floats, weights: Floats, rows: Rows, sizes: tuple[int, int]
    ) -> DonorClasses:
        """File donors; `sizes` are the fewest donors of a class and the number of bands."""
        cuts = tuple(_cuts(column, weights, sizes[1]) for column in predictors.T)
        return cls(cuts, _codes(predictors, cuts), weights, targets, rows, sizes[0])

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Draw within each recipient's class; see `runtime.imputation.protocol.Fitted.sample`."""
        check_recipients(predictors, len(self.cuts), draws)
        points, codes = rng.random((draws, len(predictors))), _codes(predictors, self.cuts)
        chosen = np.empty((draws, len(predictors)), dtype=np.int64)
        waiting, by_predictors = np.arange(len(predictors)), {}
        for used in range(len(self.cuts), -1, -1):
            places, own = self._classes(codes[waiting], used)
            found = own >= 0
            mine, waiting = waiting[found], waiting[~found]
            by_predictors[str(used)] = len(mine)
            for draw in range(draws):
                chosen[draw, mine] = places.draw(own[found], points[draw, mine])
        notes = {"recipientsByPredictorsUsed": by_predictors}
        return Draw(self.targets[chosen], self.rows[chosen], notes)

    def _classes(self, codes: Rows, used: int) -> tuple[Places, Rows]:
        """Return the donors' classes by the first predictors, and each recipient's; -1 where none will do."""
        if not used:
            places = Places.of(np.zeros((len(self.weights), 1)), self.weights)
            return places, np.zeros(len(codes), dtype=np.int64)
        both = np.concatenate([self.codes[:, :used], codes[:, :used]])
        number = np.unique(both, axis=0, return_inverse=True)[1].ravel()
        theirs, ours = number[: len(self.codes)], number[len(self.codes) :]
        places = Places.of(theirs[:, None].astype(np.float64), self.weights)
        place = np.searchsorted(places.points[:, 0], ours)
        inside = np.minimum(place, len(places.points) - 1)
        held = np.diff(places.starts)[inside]
        is_own = (places.points[inside, 0] == ours) & (held >= self.fewest)
        return places, np.where(is_own, inside, -1)


def _cuts(column: Predictors, weights: Floats, bands: int) -> Floats:
    """Return where the bands of a predictor begin, but for the lowest."""
    present = ~np.isnan(column)
    values = column[present].astype(np.float64)
    distinct = np.unique(values)
    if len(distinct) <= bands:
        return distinct[1:]
    levels = np.arange(1, bands) / bands
    found: Floats = np.unique(weighted_quantiles(values[:, None], weights[present], levels)[:, 0])
    return found


def _codes(predictors: Predictors, cuts: tuple[Floats, ...]) -> Rows:
    """Return (rows, p) bands, -1 for a missing value."""
    bands = [
        np.searchsorted(cut, column, side="right") for cut, column in zip(cuts, predictors.T, strict=True)
    ]
    codes: Rows = np.where(np.isnan(predictors), -1, np.column_stack(bands)).astype(np.int64)
    return codes
