"""Balanced sampling by the cube method: exactly k records whose estimates are those of all.

Deville & Tille (2004, Biometrika 91:893-912). Inclusion probabilities move at random, never on average, along
directions that change no balancing equation, until each is 0 or 1 (the flight); the few that are left when no
such direction is, at most as many as there are equations, land as equations are given up one after the other.
Of the flight this is the fast form of Chauvet & Tille (2006, Computational Statistics 21:53-61): records come
one by one, and a direction is looked for among the newcomer and as many others as there are equations.

Here those others are the basis of a revised simplex method: the inverse of their columns is kept in product
form, and renewed by a matrix product every `PIVOTS` changes. A newcomer, whose column is sparse, costs little
more than the square of the number of facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from runtime.calibration import flight
from runtime.calibration.gram import rmatvec

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Doubles = NDArray[np.float64]
    Rows = NDArray[np.int64]

PIVOTS = 64
"""Changes of the basis that are kept as vectors before they go into the inverse."""

BATCH = 10
"""Records in a batch, per equation: with each the basis starts anew, so that rounding never piles up."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A sample.

    Attributes:
        chosen: (k,) which of the records given, ascending.
        drift: the largest relative change of a fact's estimate in the flight, where nothing should change.
    """

    chosen: Rows
    drift: float


@dataclass(frozen=True, eq=False)
class _Units:
    """What may be drawn: row numbers, the factor from contributions to columns, and where each stands now."""

    matrix: csr_matrix
    rows: Rows
    factor: Doubles
    scale: Doubles
    shares: Doubles

    def estimates(self) -> Doubles:
        """Return what the shares estimate of each fact, relative to its size."""
        weights = np.zeros(self.matrix.shape[0])
        weights[self.rows] = self.factor * self.shares
        return rmatvec(self.matrix, weights) / self.scale

    def open(self) -> Rows:
        """Return which are neither in nor out."""
        return np.flatnonzero((self.shares > 0) & (self.shares < 1))


def balanced_sample(
    matrix: csr_matrix, rows: Rows, weights: Doubles, shares: Doubles, scale: Doubles, random: Generator
) -> Drawn:
    """Draw a sample that is balanced on every fact.

    Args:
        matrix: CSR (records, facts).
        rows: (n,) the records that may be drawn, ascending.
        weights: (n,) their weights.
        shares: (n,) their inclusion probabilities, in (0, 1], that add up to the size of the sample.
        scale: (facts,) the size of each fact, > 0.
        random: what is drawn from.
    """
    units = _Units(matrix, rows, weights / shares, scale, shares.copy())
    facts = np.arange(matrix.shape[1])
    before = units.estimates()
    with threadpool_limits(limits=1, user_api="blas"):
        _fly(units, facts, random.permutation(units.open()), random)
        drift = float(np.max(np.abs(units.estimates() - before), initial=0.0))
        while len(facts):
            facts = _worth_keeping(units, facts)
            _fly(units, facts, random.permutation(units.open()), random)
    units.shares[units.open()] = np.round(units.shares[units.open()])
    return Drawn(np.flatnonzero(units.shares == 1), drift)


def _worth_keeping(units: _Units, facts: Rows) -> Rows:
    """Return the half of the facts that those still open could move most, relative to their size."""
    left = units.open()
    spread = np.zeros(units.matrix.shape[0])
    spread[units.rows[left]] = units.factor[left] * np.sqrt(units.shares[left] * (1 - units.shares[left]))
    stake = (rmatvec(units.matrix, spread, gross=True) / units.scale)[facts]
    most = np.argsort(-stake, kind="stable")[: len(facts) // 2]
    return facts[np.sort(most)]


def _fly(units: _Units, facts: Rows, order: Rows, random: Generator) -> None:
    """Move shares until no direction is left that keeps the size and the facts; batch by batch."""
    size = BATCH * (len(facts) + 1)
    left = order[:0]
    for begin in range(0, len(order), size):
        batch = np.concatenate([left, order[begin : begin + size]])
        _fly_batch(units, facts, batch, random.random(len(batch)))
        left = batch[(units.shares[batch] > 0) & (units.shares[batch] < 1)]


def _fly_batch(units: _Units, facts: Rows, batch: Rows, draws: Doubles) -> None:
    equations = len(facts) + 1  # the first is the size of the sample
    place = np.full(units.matrix.shape[1], -1)
    place[facts] = np.arange(1, equations)
    inverse, basis = np.eye(equations), np.full(equations, -1)
    changes, pivots = np.zeros((PIVOTS, equations)), np.zeros(PIVOTS, np.int64)
    data, indices = units.matrix.data, units.matrix.indices
    indptr, relative = np.asarray(units.matrix.indptr, np.int64), _relative(units, batch, facts)
    begin = 0
    while begin < len(batch):
        begin, made = flight.fly(
            indptr, indices, data, units.rows, units.factor, relative, place, batch, begin, draws,
            units.shares, basis, inverse, changes, pivots,
        )  # fmt: skip
        _renew(inverse, changes[:made], pivots[:made])


def _relative(units: _Units, batch: Rows, facts: Rows) -> Doubles:
    """Return what contributions to each fact are multiplied by, so that the largest of a batch is about 1."""
    spread = np.zeros(units.matrix.shape[0])
    spread[units.rows[batch]] = units.factor[batch]
    size = rmatvec(units.matrix, spread, gross=True) / max(len(batch), 1)
    out = np.zeros(units.matrix.shape[1])
    out[facts] = np.divide(1.0, size[facts], out=np.zeros(len(facts)), where=size[facts] > 0)
    return out


def _renew(inverse: Doubles, changes: Doubles, pivots: Rows) -> None:
    """Carry changes of the basis into its inverse (rows are columns of it), as one product."""
    before = np.empty((len(inverse), len(changes)))
    for number, pivot in enumerate(pivots):
        before[:, number] = inverse[:, pivot] + before[:, :number] @ changes[:number, pivot]
    inverse += before @ changes
