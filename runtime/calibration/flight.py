"""The loop of the cube method's flight, compiled; one thread, in the order of the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.calibration.kernels import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Doubles = NDArray[np.float64]
    Places = NDArray[np.integer[Any]]

NOTHING = 1e-9
"""A part of a direction below this is rounding."""

AT_BOUND = 1e-10
"""A share so near 0 or 1 is there."""


@one_thread
def fly(  # noqa: PLR0913, PLR0917 - compiled functions take plain arrays
    indptr: Places,
    indices: Places,
    data: Numbers,
    rows: Places,
    factor: Doubles,
    relative: Doubles,
    place: Places,
    batch: Places,
    begin: int,
    draws: Doubles,
    shares: Doubles,
    basis: Places,
    inverse: Doubles,
    changes: Doubles,
    pivots: Places,
) -> tuple[int, int]:
    """Let the units of a batch come one by one, from `begin` on, until `changes` is full.

    `basis` holds the unit of each equation, -1 for none yet; `inverse` the columns of the inverse as rows.
    Returns where to go on, and how many changes of the basis were made.
    """
    made = 0
    for at in range(begin, len(batch)):
        if made == len(changes):
            return at, made
        unit = batch[at]
        row = rows[unit]
        column = inverse[0].copy()  # the size of the sample counts each unit once
        for entry in range(indptr[row], indptr[row + 1]):
            fact = indices[entry]
            if place[fact] > 0:
                column += inverse[place[fact]] * (data[entry] * factor[unit] * relative[fact])
        for number in range(made):
            part = column[pivots[number]]
            if part != 0.0:
                column += changes[number] * part
        leaving = free_place(basis, column)
        if leaving < 0:
            leaving = move(basis, column, shares, unit, draws[at])
        if leaving >= 0:
            enter(basis, column, unit, leaving, changes[made])
            pivots[made] = leaving
            made += 1
    return len(batch), made


@one_thread
def free_place(basis: Places, column: Doubles) -> int:
    """Return the equation without a unit that the column has most of, or -1: then it depends on the basis."""
    best, largest = -1, NOTHING
    for equation in range(len(basis)):
        if basis[equation] < 0 and abs(column[equation]) > largest:
            best, largest = equation, abs(column[equation])
    return best


@one_thread
def move(basis: Places, column: Doubles, shares: Doubles, unit: int, draw: float) -> int:
    """Move the unit's share, and those of the basis against it, until one is 0 or 1.

    Up with the probability that keeps the expected share what it is. Returns the equation whose unit is done,
    or -1 where it is the newcomer.
    """
    up, first_up = reach(basis, column, shares, unit, 1.0)
    down, first_down = reach(basis, column, shares, unit, -1.0)
    goes_up = draw * (up + down) < down or up + down == 0.0
    step, leaving = (up, first_up) if goes_up else (-down, first_down)
    shares[unit] = clipped(shares[unit] + step)
    for equation in range(len(basis)):
        if basis[equation] >= 0 and abs(column[equation]) > NOTHING:
            other = basis[equation]
            shares[other] = clipped(shares[other] - step * column[equation])
    if leaving >= 0:  # it has reached its bound, whatever rounding says
        shares[basis[leaving]] = np.round(shares[basis[leaving]])
    else:
        shares[unit] = np.round(shares[unit])
    return leaving


@one_thread
def reach(basis: Places, column: Doubles, shares: Doubles, unit: int, sign: float) -> tuple[float, int]:
    """Return how far the unit's share can go up (sign 1) or down (-1), and which equation's unit stops it."""
    longest = 1.0 - shares[unit] if sign > 0 else shares[unit]
    stopped = -1
    for equation in range(len(basis)):
        speed = -sign * column[equation]
        if basis[equation] < 0 or abs(speed) <= NOTHING:
            continue
        share = shares[basis[equation]]
        room = (1.0 - share) / speed if speed > 0 else -share / speed
        if room < longest:
            longest, stopped = room, equation
    return longest, stopped


@one_thread
def clipped(share: float) -> float:
    """Return a share within 0 and 1, and at its bound where it is as near as rounding."""
    if share < AT_BOUND:
        return 0.0
    return 1.0 if share > 1.0 - AT_BOUND else share


@one_thread
def enter(basis: Places, column: Doubles, unit: int, leaving: int, change: Doubles) -> None:
    """Put the unit into the basis at an equation, and write what that changes in the inverse."""
    pivot = column[leaving]
    change[:] = -column / pivot
    change[leaving] = 1.0 / pivot - 1.0
    basis[leaving] = unit
