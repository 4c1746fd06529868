"""Constrained matching: the nearest donors, each used as often as his weight says.

Who receives from whom is a transportation problem: donors offer copies, recipients need one each, distance
is the price (Rodgers 1984, "An evaluation of statistical matching", Journal of Business and Economic
Statistics 2(1)). A donor offers his weighted share of the recipients, rounded at random to the whole number
below or above (`runtime.imputation.resampling.systematic_rows`), so offers and needs are equal in number and
the recipients together get the donors' weighted distribution, up to one record a donor.

Who gets what is settled greedily, by the least-cost rule (the matrix minimum rule of the transportation
problem: Dantzig 1963, "Linear programming and extensions", chapter 14): of all pairs, the nearest are matched
first. That is no optimum: those who are matched last may come far. It is done in rounds, in each of which
every open recipient sees his nearest open donors; all in memory that grows with recipients alone.

The protocol knows no weights of recipients: each counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from runtime.imputation.inputs import check_recipients
from runtime.imputation.protocol import Draw
from runtime.imputation.resampling import systematic_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

    from runtime.imputation.distances import Places, Scale
    from runtime.imputation.protocol import Floats, Predictors, Rows

# Pairs looked at in a round: bounds the memory of one.
_PAIRS = 2_000_000
_FEWEST_SEEN = 8


@dataclass(frozen=True, slots=True)
class MatchedDonors:
    """Donors by place, their weights (n,), targets (n, t), and row numbers in the arrays given to `fit`."""

    scale: Scale
    places: Places
    weights: Floats
    targets: Floats
    rows: Rows
    n_jobs: int

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Match every recipient, anew for each draw; see `runtime.imputation.protocol.Fitted.sample`."""
        check_recipients(predictors, len(self.scale.centre), draws)
        points, place = np.unique(self.scale.points(predictors), axis=0, return_inverse=True)
        matched = [self._one(points, place.ravel(), rng) for _ in range(draws)]
        chosen = np.stack([donors for donors, _ in matched])
        mean = float(np.mean([far for _, far in matched]))
        return Draw(self.targets[chosen], self.rows[chosen], {"meanDistance": mean})

    def _one(self, points: Floats, place: Rows, rng: Generator) -> tuple[Rows, float]:
        """Return (m,) donors of recipients at (k, d) points, and the mean distance between the two."""
        offers = systematic_rows(self.weights, len(place), rng) if len(place) else np.empty(0, np.int64)
        theirs = np.empty(len(self.weights), dtype=np.int64)
        theirs[self.places.order] = np.repeat(np.arange(len(self.places.points)), np.diff(self.places.starts))
        giving, taking = _Queue.of(theirs[offers], rng), _Queue.of(place, rng)
        chosen, far = np.empty(len(place), dtype=np.int64), 0.0
        open_offers = np.bincount(theirs[offers], minlength=len(self.places.points))
        open_needs = np.bincount(place, minlength=len(points))
        while open_needs.any():
            pairs = self._pairs(points, np.flatnonzero(open_needs), np.flatnonzero(open_offers), rng)
            for distance, need, offer in pairs:
                number = min(open_needs[need], open_offers[offer])
                if number:
                    open_needs[need] -= number
                    open_offers[offer] -= number
                    chosen[taking.next(need, number)] = offers[giving.next(offer, number)]
                    far += distance * number
        return chosen, far / max(len(place), 1)

    def _pairs(
        self, points: Floats, needing: Rows, offering: Rows, rng: Generator
    ) -> Iterator[tuple[float, int, int]]:
        """Return distance, recipients' and donors' place of near pairs: the nearest first, ties shuffled."""
        seen = min(len(offering), max(_FEWEST_SEEN, _PAIRS // len(needing)))
        mixed = rng.permutation(needing)
        tree = cKDTree(self.places.points[offering])
        distance, near = tree.query(points[mixed], k=np.arange(1, seen + 1), workers=self.n_jobs)
        order = np.argsort(distance, axis=None, kind="stable")
        needs, offers = mixed[order // seen], offering[near.ravel()[order]]
        return zip(distance.ravel()[order].tolist(), needs.tolist(), offers.tolist(), strict=True)


@dataclass(frozen=True, slots=True)
class _Queue:
    """Members by place, in random order, each handed out once."""

    members: Rows
    at: Rows

    @classmethod
    def of(cls, place: Rows, rng: Generator) -> _Queue:
        """Queue up members, given the place of each."""
        mixed = rng.permutation(len(place))
        members = mixed[np.argsort(place[mixed], kind="stable")]
        ends = np.cumsum(np.bincount(place, minlength=1))
        return cls(members, np.concatenate([[0], ends[:-1]]).astype(np.int64))

    def next(self, place: int, number: int) -> Rows:
        """Hand out some members of a place."""
        first = self.at[place]
        self.at[place] += number
        return self.members[first : first + number]
