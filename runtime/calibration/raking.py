"""The loop of raking, compiled: one fact after the other is met exactly, in place.

One thread, in the order of the facts: the bytes of a result depend on nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.calibration.kernels import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Doubles = NDArray[np.float64]
    Places = NDArray[np.integer[Any]]

LONGEST = 600.0
"""Of an exponent: beyond it weights leave float64."""


@one_thread
def rake(  # noqa: PLR0913, PLR0917 - compiled functions take plain arrays
    starts: Places,
    records: Places,
    values: Numbers,
    targets: Doubles,
    scale: Doubles,
    weights: Doubles,
    precision: float,
    most_sweeps: int,
) -> tuple[Doubles, int, int]:
    """Meet fact after fact; weights (records,) are changed in place.

    Returns the relative miss of each fact, the sweeps made, and a fact that no weights can meet or -1.
    """
    misses = np.zeros(len(targets))
    for sweep in range(most_sweeps + 1):
        worst = 0.0
        for fact in range(len(targets)):
            first, last = starts[fact], starts[fact + 1]
            estimate = total(records, values, weights, first, last)
            misses[fact] = abs(estimate - targets[fact]) / scale[fact]
            worst = max(worst, misses[fact])
            is_last = sweep == most_sweeps or misses[fact] == 0.0
            if not is_last and not meet(records, values, weights, first, last, targets[fact], scale[fact]):
                return misses, sweep, fact
        if worst <= precision:
            return misses, sweep, -1
    return misses, most_sweeps, -1


@one_thread
def total(records: Places, values: Numbers, weights: Doubles, first: int, last: int) -> float:
    """Return the fact's estimate."""
    added = 0.0
    for place in range(first, last):
        added += float(values[place]) * weights[records[place]]
    return added


@one_thread
def meet(
    records: Places,
    values: Numbers,
    weights: Doubles,
    first: int,
    last: int,
    target: float,
    scale: float,
) -> bool:
    """Change the weights of a fact's records so that it is met; False where none meet it."""
    low, high, is_level = spread(records, values, weights, first, last)
    if (low == 0.0 and target < 0.0) or (high == 0.0 and target > 0.0):
        return False
    of_one_sign = low == 0.0 or high == 0.0
    if of_one_sign and (is_level or target == 0.0):  # weights of nothing are all that adds up to nothing
        estimate = total(records, values, weights, first, last)
        factor = target / estimate if estimate != 0.0 else 1.0
        for place in range(first, last):
            if values[place] != 0.0:
                weights[records[place]] *= factor
        return abs(factor) < np.inf
    return scaled(records, values, weights, first, last, target, scale, max(high, -low))


@one_thread
def spread(
    records: Places, values: Numbers, weights: Doubles, first: int, last: int
) -> tuple[float, float, bool]:
    """Return the lowest and the highest value of records with a weight, or 0, and whether all are equal."""
    low, high, one, is_level = 0.0, 0.0, 0.0, True
    for place in range(first, last):
        value = float(values[place])
        if value == 0.0 or weights[records[place]] == 0.0:
            continue
        one = value if one == 0.0 else one
        is_level = is_level and value == one
        low, high = min(low, value), max(high, value)
    return low, high, is_level


@one_thread
def scaled(  # noqa: PLR0913, PLR0917 - as above
    records: Places,
    values: Numbers,
    weights: Doubles,
    first: int,
    last: int,
    target: float,
    scale: float,
    peak: float,
) -> bool:
    """Multiply each weight by exp(pull * value), with the one pull that meets the fact.

    The estimate grows with it: Newton steps within a bracket, halved where they leave it.
    """
    least, most, pull = -LONGEST / peak, LONGEST / peak, 0.0
    for _ in range(200):
        estimate, slope = 0.0, 0.0
        for place in range(first, last):
            value = float(values[place])
            grown = value * weights[records[place]] * np.exp(pull * value)
            estimate += grown
            slope += value * grown
        if abs(estimate - target) <= 1e-13 * scale:
            break
        if estimate < target:
            least = pull
        else:
            most = pull
        step = pull - (estimate - target) / slope if slope > 0.0 else least
        pull = step if least < step < most else 0.5 * (least + most)
    if abs(estimate - target) > 1e-6 * scale:
        return False
    for place in range(first, last):
        weights[records[place]] *= np.exp(pull * float(values[place]))
    return True
