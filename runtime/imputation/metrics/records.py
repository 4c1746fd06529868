"""Whole records against whole records: precision, recall, density and coverage by nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.imputation.protocol import Floats

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Prdc:
    """What `prdc` returns; all weighted, in [0, 1] but for `density`, which may be above 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def prdc(real: Floats, fake: Floats, real_weights: Floats, fake_weights: Floats, neighbours: int) -> Prdc:
    """Return precision, recall, density and coverage of fake records against real ones.

    A record's ball reaches to its `neighbours`-th nearest other record of its own side (Euclidean): precision
    is the share of fakes in the ball of some real one, density the mean over fakes of the number of such
    balls over `neighbours`, coverage the share of real ones whose ball holds a fake (Naeem, Oh, Uh, Choi and
    Yoo 2020, "Reliable fidelity and diversity metrics for generative models", ICML); recall is the share of
    real ones in the ball of some fake (Kynkaanniemi et al. 2019, "Improved precision and recall metric for
    assessing generative models", NeurIPS). Shares and means are weighted by the record that is counted; the
    balls are not: they are of records.

    A ball holds its edge. In the paper's code it does not, so that a real record with as many exact copies as
    `neighbours` has a ball of radius zero that nothing can ever lie in; here its copies do.

    Args:
        real: (n, c) finite.
        fake: (m, c) finite, on the same scale.
        real_weights: (n,) not negative, with a positive sum.
        fake_weights: (m,) likewise.
        neighbours: which neighbour, at least 1.

    Raises:
        ValueError: a side with no more records than `neighbours`.
    """
    for name, side in (("real", real), ("fake", fake)):
        if len(side) <= neighbours:
            raise ValueError(f"{len(side)} {name} records have no {neighbours} neighbours each")
    reach, fake_reach = _reach(real, neighbours), _reach(fake, neighbours)
    balls = np.zeros(len(fake))
    covered, recalled = np.zeros(len(real), dtype=bool), np.zeros(len(real), dtype=bool)
    for rows, distance in _distances(real, fake):
        inside = distance <= reach[rows, None]
        balls += inside.sum(axis=0)
        covered[rows] = inside.any(axis=1)
        recalled[rows] = (distance <= fake_reach).any(axis=1)
    return Prdc(
        precision=float(np.average(balls > 0, weights=fake_weights)),
        recall=float(np.average(recalled, weights=real_weights)),
        density=float(np.average(balls, weights=fake_weights)) / neighbours,
        coverage=float(np.average(covered, weights=real_weights)),
    )


def _reach(side: Floats, neighbours: int) -> Floats:
    """Return the distance of each record to its neighbour; the nearest of all is the record itself."""
    found = [
        np.partition(distance, neighbours, axis=1)[:, neighbours] for _, distance in _distances(side, side)
    ]
    return np.concatenate(found)


def _distances(first: Floats, second: Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield distances a block of rows at a time: never a matrix of all records against all."""
    from scipy.spatial.distance import cdist  # noqa: PLC0415

    for start in range(0, len(first), _BLOCK):
        rows = slice(start, start + _BLOCK)
        yield rows, cdist(first[rows], second)
