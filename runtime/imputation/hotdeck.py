"""Hot decks: a recipient's whole block is copied from a donor like him.

Andridge and Little 2010, "A review of hot deck imputation for survey non-response", International Statistical
Review 78(1). Three ways of choosing the donor:

* `nearest`: one of the nearest donors, drawn in proportion to weight. Donors are taken in order of distance
  until there are `neighbours` of them, and all who are as near as the last of those.
* `constrained`: the nearest, but each donor as often as his weight says (`runtime.imputation.matching`).
* `random`: any donor of the recipient's class, drawn in proportion to weight (`runtime.imputation.classes`).

Distance is Euclidean on predictors at weighted mean 0 and weighted variance 1; a missing value is told by an
indicator (`runtime.imputation.distances`).

Where weights enter: in the scale of distance, and in the draw. Who is near does not depend on them, so that
they reach only as far as there are neighbours: half the donors weighing nine times the others, 90 % of the
draws should be theirs; among 10 neighbours 88 % are, among 5 85 %, and with `neighbours: 1` only ties are
drawn by weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.spatial import cKDTree

from runtime.imputation.classes import DonorClasses
from runtime.imputation.distances import Places, Scale
from runtime.imputation.inputs import check_donors, check_recipients
from runtime.imputation.matching import MatchedDonors
from runtime.imputation.parameters import at_least, one_of, threads
from runtime.imputation.protocol import Capabilities, Draw

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats, Predictors, Rows

Choose = Literal["nearest", "constrained", "random"]
# Recipients who look for neighbours at a time; bounds the table of distances.
_CHUNK = 16_384
# Distances that differ by rounding alone are the same.
_TIE = 1.0 + 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class HotDeck:
    """Parameters of the hot deck.

    Attributes:
        choose: how a donor is chosen.
        neighbours: with `nearest`, among how many a donor is drawn.
        fewest: with `random`, the fewest donors of a class; a smaller one is joined with those that differ
            in the last predictor.
        bands: with `random`, a predictor with more values than this is cut into so many bands.
        n_jobs: threads that look for neighbours. Never changes the result.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    choose: Choose = "nearest"
    neighbours: int = 10
    fewest: int = 5
    bands: int = 10
    n_jobs: int = -1

    def __post_init__(self) -> None:
        one_of(("nearest", "constrained", "random"), choose=self.choose)
        at_least(1, neighbours=self.neighbours, fewest=self.fewest)
        at_least(2, bands=self.bands)
        threads(self.n_jobs)

    @property
    def capabilities(self) -> Capabilities:
        """A block is copied from one donor; a constrained deck gives the donors' distribution to all."""
        kept = self.choose == "constrained"
        margin: Literal["kept", "follows"] = "kept" if kept else "follows"
        return Capabilities(order="joint", values="copied", marginal=margin, fit="fixed")

    def fit(
        self,
        predictors: Predictors,
        targets: Floats,
        weights: Floats,
        rng: Generator,  # noqa: ARG002 - nothing is random before the draw
    ) -> NearestDonors | MatchedDonors | DonorClasses:
        """File the donors; see `runtime.imputation.protocol.Imputer.fit`."""
        check_donors(predictors, targets, weights)
        rows = np.flatnonzero(weights > 0)
        mine, heavy = predictors[rows], weights[rows]
        if self.choose == "random":
            return DonorClasses.of(mine, targets[rows], heavy, rows, (self.fewest, self.bands))
        scale = Scale.of(mine, heavy)
        places = Places.of(scale.points(mine), heavy)
        if self.choose == "constrained":
            return MatchedDonors(scale, places, heavy, targets[rows], rows, self.n_jobs)
        return NearestDonors(scale, places, targets[rows], rows, self.neighbours, self.n_jobs)


@dataclass(frozen=True, slots=True)
class NearestDonors:
    """Donors by place, their targets (n, t), and their row numbers in the arrays given to `fit`."""

    scale: Scale
    places: Places
    targets: Floats
    rows: Rows
    neighbours: int
    n_jobs: int

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Draw among each recipient's nearest; see `runtime.imputation.protocol.Fitted.sample`."""
        check_recipients(predictors, len(self.scale.centre), draws)
        points, tree = rng.random((draws, len(predictors))), cKDTree(self.places.points)
        chosen = np.empty((draws, len(predictors)), dtype=np.int64)
        for first in range(0, len(predictors), _CHUNK):
            part = slice(first, first + _CHUNK)
            near, mass = self._near(tree, self.scale.points(predictors[part]), self.neighbours)
            for draw in range(draws):
                chosen[draw, part] = self._one(near, mass, points[draw, part])
        return Draw(self.targets[chosen], self.rows[chosen])

    def _near(self, tree: cKDTree, points: Floats, width: int) -> tuple[Rows, Floats]:
        """Return (m, k) places in order of distance, and the weight of those that are near enough, else 0."""
        width = min(width, len(self.places.points))
        distance, near = tree.query(points, k=np.arange(1, width + 1), workers=self.n_jobs)
        held = np.cumsum(np.diff(self.places.starts)[near], axis=1)
        last = np.minimum((held < self.neighbours).sum(axis=1), width - 1)
        reach = np.take_along_axis(distance, last[:, None], axis=1) * _TIE
        mass = np.where(distance <= reach, np.diff(self.places.mass[self.places.starts])[near], 0.0)
        open_ended = np.flatnonzero(mass[:, -1] > 0)
        if not len(open_ended) or width == len(self.places.points):
            return near, mass
        # The furthest place seen is still near enough: there may be others as near.
        near_more, mass_more = self._near(tree, points[open_ended], 2 * width)
        padding = ((0, 0), (0, near_more.shape[1] - width))
        near, mass = np.pad(near, padding), np.pad(mass, padding)
        near[open_ended], mass[open_ended] = near_more, mass_more
        return near, mass

    def _one(self, near: Rows, mass: Floats, points: Floats) -> Rows:
        """Return a donor a recipient: of a place by its weight, and there by his own."""
        place, within = _inverse(mass, points)
        return self.places.draw(near[np.arange(len(near)), place], within)


def _inverse(mass: Floats, points: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return, row by row, the slot under a point of [0, 1), and how far into the slot the point is."""
    reached = np.cumsum(mass, axis=1)
    target = points * reached[:, -1]
    slot = (reached <= target[:, None]).sum(axis=1)
    # Rounding may put a point past the last slot that has any weight.
    slot = np.minimum(slot, mass.shape[1] - 1 - np.argmax(mass[:, ::-1] > 0, axis=1))
    rows = np.arange(len(mass))
    within = (target - (reached - mass)[rows, slot]) / mass[rows, slot]
    return slot, np.clip(within, 0.0, np.nextafter(1.0, 0.0))
