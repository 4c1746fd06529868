"""One tree of a joint forest, grown by counting donors in bins of local ranges: compiled, and reproducible.

A split is the one that takes most of the weighted variance of all outcomes at once, summed over outcomes.
Where scikit-learn sorts a node's donors by every predictor tried, this adds them into at most 64 bins of
equal width *in ranks* between the node's own least and greatest value. So bins are as coarse as the node is
large: a node deep in the tree spans few ranks, and its bins tell one value from the next, in the tails as in
the middle. (Bins of the whole range, as boosting libraries have them, leave a handful for the top percent.)
Where bins begin is shifted at random, so that trees do not all cut at the same places.

Predictors are ranks among the donors' distinct values, from 1; 0 is a missing value, which has a bin of its
own below all others. Where no donor of a node misses the predictor, who does goes with the heavier branch.

As many predictors are tried as asked for, those that are the same for all donors of the node included, but at
least one that is not; where none of them parts the node, it is a leaf. (That is scikit-learn's rule. Looking
on until one parts the node grows trees that predict worse.)

All randomness comes from one seed a tree (splitmix64: Steele, Lea and Flood 2014, "Fast splittable
pseudorandom number generators", OOPSLA). Sums run in the order of the donors, and nothing is compiled with
fastmath, so that neither threads nor vector units change a bit.

All of it stands in one file: machine code that numba has kept is thrown away when the file of the function
changes, but not when that of a function it calls does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int32]
Words = NDArray[np.uint64]
# Unsigned, so that compiled code need not ask whether a place is counted from the end.
Places = NDArray[np.uint32]
Whole: TypeAlias = "int | np.int64"

BINS = 64
# Fewer do where donors are fewer than this.
_FEW, _BINS_OF_FEW = 64, 32
# Below this a split takes nothing but rounding (outcomes have variance 1).
_NOTHING = 1e-10

_Kernel = TypeVar("_Kernel", bound="Callable[..., Any]")


def compiled(function: _Kernel) -> _Kernel:
    """Compile; `nogil` lets threads run side by side, `cache` keeps the machine code for the next process."""
    return cast("_Kernel", numba.njit(nogil=True, cache=True)(function))


class Nodes(NamedTuple):
    """A tree, node by node; the root is 0.

    Attributes:
        feature: the predictor that an inner node asks for; -1 for a leaf.
        cut: an inner node's greatest rank that goes left.
        missing_left: whether a missing value goes left.
        first: an inner node's left child; where a leaf's donors begin in `order`.
        last: an inner node's right child; where a leaf's donors end.
        order: (n,) donors by leaf.
    """

    feature: Ints
    cut: Ints
    missing_left: NDArray[np.bool_]
    first: Ints
    last: Ints
    order: Places


class Donors(NamedTuple):
    """Who a tree is grown on.

    Attributes:
        codes: (n, p) ranks of the predictors, 0 for a missing value.
        counts: (n,) how often each donor is in the bag.
        outcomes: (n, k) what the tree tells apart, each of variance 1.
    """

    codes: Places
    counts: Doubles
    outcomes: Singles


class _Room(NamedTuple):
    """Room to work in.

    Attributes:
        state: (1,) of the random numbers.
        features: (p,) the predictors, in the order in which the last node tried them.
        spare: (n,) donors.
        held: (n, k + 1) outcomes times counts, and the counts, donor by donor.
        sums: (bins, k + 1) the same, added up by bin.
        donors: (bins,) how many donors are in each.
        total, left: (k + 1,) the same of the node, and of the bins up to a cut.
        stack: (nodes, 5) nodes to do: number, first and last place in the bag, first and last in the rest.
    """

    state: Words
    features: Places
    spare: Places
    held: Doubles
    sums: Doubles
    donors: Ints
    total: Doubles
    left: Doubles
    stack: Ints


class _Bins(NamedTuple):
    """How bins lie: the rank before the first, their width as a power of two, how many; if some miss."""

    base: Whole
    shift: int
    used: Whole
    missing: bool


@compiled
def _next(state: Words) -> np.uint64:
    """Return the next of a stream of 64-bit words."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    word: np.uint64 = state[0]
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@compiled
def _below(state: Words, bound: int) -> np.int64:
    """Return a whole number from 0 to below `bound`."""
    return np.int64((_next(state) >> np.uint64(11)) % np.uint64(bound))


@compiled
def _is_pure(outcomes: Singles, rows: Places) -> bool:
    """Tell whether all donors of a node have the same outcomes."""
    one = rows[0]
    for place in range(1, len(rows)):
        row = rows[place]
        for outcome in range(outcomes.shape[1]):
            if outcomes[row, outcome] != outcomes[one, outcome]:
                return False
    return True


@compiled
def _gather(counts: Doubles, outcomes: Singles, rows: Places, held: Doubles, total: Doubles) -> None:
    """Put the node's outcomes, times counts, and the counts side by side; add them up."""
    width = outcomes.shape[1]
    for outcome in range(width + 1):
        total[outcome] = 0.0
    for place in range(len(rows)):
        row = rows[place]
        count = counts[row]
        for outcome in range(width):
            held[place, outcome] = count * outcomes[row, outcome]
            total[outcome] += held[place, outcome]
        held[place, width] = count
        total[width] += count


@compiled
def _lay(codes: Places, rows: Places, feature: int, state: Words) -> _Bins:
    """Lay bins over a node's range of a feature."""
    low, high, missing = np.uint32(0xFFFFFFFF), np.uint32(0), False
    for place in range(len(rows)):
        code = codes[rows[place], feature]
        if code == 0:
            missing = True
        else:
            low, high = min(low, code), max(high, code)
    if high == 0:
        return _Bins(0, 0, 0, missing)
    wanted = _BINS_OF_FEW if len(rows) < _FEW else BINS
    shift, span = 0, np.int64(high) - np.int64(low)
    while (span >> shift) >= wanted - 1:
        shift += 1
    base = np.int64(low) - _below(state, 1 << shift)
    return _Bins(base, shift, 1 + ((np.int64(high) - base) >> shift), missing)


@compiled
def _fill(codes: Places, rows: Places, feature: int, bins: _Bins, room: _Room) -> None:
    """Add the node's donors into the bins of a feature; bin 0 is that of the missing."""
    base, shift, used, _ = bins
    held, sums, donors = room.held, room.sums, room.donors
    for number in range(used + 1):
        donors[number] = 0
        for outcome in range(held.shape[1]):
            sums[number, outcome] = 0.0
    for place in range(len(rows)):
        code = codes[rows[place], feature]
        at = np.uint64(0)
        if code:
            at = np.uint64(1 + ((np.int64(code) - base) >> shift))
        donors[at] += 1
        for outcome in range(held.shape[1]):
            sums[at, outcome] += held[place, outcome]


@compiled
def _scan(used: Whole, rows: int, leaf: int, room: _Room) -> tuple[float, int]:
    """Return the most that a cut between two bins of a feature gains, and the bin left of it; -1 for none."""
    sums, donors, total, left = room.sums, room.donors, room.total, room.left
    best, found, count, width = 0.0, -1, 0, sums.shape[1] - 1
    for outcome in range(width + 1):
        left[outcome] = 0.0
    for number in range(used):
        if donors[number] == 0:
            continue
        count += donors[number]
        for outcome in range(width + 1):
            left[outcome] += sums[number, outcome]
        if rows - count < leaf:
            break
        if count >= leaf:
            gain = _gain(left, total, width)
            if gain > best:
                best, found = gain, number
    return best, found


@compiled
def _gain(left: Doubles, total: Doubles, width: int) -> float:
    """Return the variance between two sides of a cut, times the square of the node's weight."""
    between, here = 0.0, left[width]
    there = total[width] - here
    for outcome in range(width):
        away = left[outcome] * there - (total[outcome] - left[outcome]) * here
        between += away * away
    gain: float = between / (here * there)
    return gain


@compiled
def _split(donors: Donors, rows: Places, tried: int, leaf: int, room: _Room) -> tuple[int, np.int64, bool]:
    """Return the predictor, the greatest rank that may go left, whether some miss it; -1 for a leaf."""
    codes, features, weight = donors.codes, room.features, len(room.total) - 1
    _gather(donors.counts, donors.outcomes, rows, room.held, room.total)
    best, feature, missing = _NOTHING * room.total[weight] ** 2, -1, False
    cut, is_tried = np.int64(0), False
    for first in range(len(features)):
        if is_tried and first >= tried:
            break
        other = first + _below(room.state, len(features) - first)
        features[first], features[other] = features[other], features[first]
        bins = _lay(codes, rows, features[first], room.state)
        if bins.used + bins.missing < 2:
            continue
        is_tried = True
        _fill(codes, rows, features[first], bins, room)
        gain, number = _scan(bins.used, len(rows), leaf, room)
        if gain > best:
            best, feature, missing = gain, features[first], bins.missing
            cut = np.int64(bins.base + (number << bins.shift) - 1 if number else 0)
    return feature, cut, missing


@compiled
def _between(codes: Places, rows: Places, feature: int, cut: np.int64) -> np.int64:
    """Return the rank half-way between the greatest left of a cut and the least right of it."""
    low: Whole = 0
    high: Whole = 0xFFFFFFFF
    for place in range(len(rows)):
        code: Whole = np.int64(codes[rows[place], feature])
        if code <= cut:
            low = max(low, code)
        else:
            high = min(high, code)
    return np.int64((low + high) // 2 if low else 0)


@compiled
def _part(
    codes: Places, rows: Places, feature: int, cut: Whole, missing_left: bool, spare: Places  # noqa: FBT001
) -> int:  # fmt: skip
    """Put rows that go left before those that go right, each side in its order; return how many go left."""
    left, right = 0, 0
    for place in range(len(rows)):
        row = rows[place]
        code = codes[row, feature]
        if (code <= cut) if code else missing_left:
            rows[left] = row
            left += 1
        else:
            spare[right] = row
            right += 1
    for place in range(right):
        rows[left + place] = spare[place]
    return left


@compiled
def _weight(counts: Doubles, rows: Places) -> float:
    total = 0.0
    for place in range(len(rows)):
        total += counts[rows[place]]
    return total


@compiled
def _file(nodes: Nodes, node: int, mine: Places, others: Places, begin: int) -> None:
    """Make a leaf of donors, those of the bag first, from a place of the order on."""
    inside, outside = len(mine), len(others)
    nodes.first[node], nodes.last[node] = begin, begin + inside + outside
    for place in range(inside):
        nodes.order[begin + place] = mine[place]
    for place in range(outside):
        nodes.order[begin + inside + place] = others[place]


@compiled
def _push(stack: Ints, waiting: int, bag: tuple[int, int], rest: tuple[int, int], node: int) -> int:
    """Put a node on the stack with its places in the bag and in the rest; return how many wait now."""
    stack[waiting, 0], stack[waiting, 1], stack[waiting, 2] = node, bag[0], bag[1]
    stack[waiting, 3], stack[waiting, 4] = rest[0], rest[1]
    return waiting + 1


@compiled
def _grow(donors: Donors, bag: Places, rest: Places, leaf: int, tried: int, room: _Room, nodes: Nodes) -> int:
    """Grow a tree into `nodes`; return how many there are. Arguments are those of `grow`."""
    codes, counts, stack, made = donors.codes, donors.counts, room.stack, 1
    waiting = _push(stack, 0, (0, len(bag)), (0, len(rest)), 0)
    while waiting:
        waiting -= 1
        node, low, high = stack[waiting, 0], stack[waiting, 1], stack[waiting, 2]
        begin, end = stack[waiting, 3], stack[waiting, 4]
        mine, others = bag[low:high], rest[begin:end]
        feature, cut, missing_left = -1, np.int64(0), False
        if high - low >= 2 * leaf and not _is_pure(donors.outcomes, mine):
            feature, cut, missing_left = _split(donors, mine, tried, leaf, room)
        if feature < 0:
            _file(nodes, node, mine, others, low + begin)
            continue
        cut = _between(codes, mine, feature, cut)
        inside = low + _part(codes, mine, feature, cut, missing_left, room.spare)
        if not missing_left:
            missing_left = 2 * _weight(counts, bag[low:inside]) > _weight(counts, mine)
        outside = begin + _part(codes, others, feature, cut, missing_left, room.spare)
        nodes.feature[node], nodes.cut[node], nodes.missing_left[node] = feature, cut, missing_left
        nodes.first[node], nodes.last[node] = made, made + 1
        waiting = _push(stack, waiting, (low, inside), (begin, outside), made)
        waiting = _push(stack, waiting, (inside, high), (outside, end), made + 1)
        made += 2
    return made


def grow(donors: Donors, bag: Places, rest: Places, leaf: int, tried: int, seed: np.uint64) -> Nodes:
    """Grow a tree on the donors of a bag, and file all donors by leaf.

    Args:
        donors: everybody.
        bag: donors in the bag; written over.
        rest: all others; written over.
        leaf: least number of distinct donors of the bag in a leaf.
        tried: predictors tried at a split.
        seed: all that is random.
    """
    (rows, predictors), most = donors.codes.shape, max(1, 2 * (len(bag) // leaf) - 1)
    width = 1 + donors.outcomes.shape[1]
    room = _Room(
        np.array([seed], np.uint64), np.arange(predictors, dtype=np.uint32), np.empty(rows, np.uint32),
        np.empty((len(bag), width)), np.empty((BINS + 2, width)), np.empty(BINS + 2, np.int32),
        np.empty(width), np.empty(width), np.empty((most + 1, 5), np.int32),
    )  # fmt: skip
    nodes = Nodes(
        np.full(most, -1, np.int32), np.zeros(most, np.int32), np.zeros(most, np.bool_),
        np.zeros(most, np.int32), np.zeros(most, np.int32), np.empty(rows, np.uint32),
    )  # fmt: skip
    made = _grow(donors, bag, rest, leaf, tried, room, nodes)
    return Nodes(
        nodes.feature[:made].copy(), nodes.cut[:made].copy(), nodes.missing_left[:made].copy(),
        nodes.first[:made].copy(), nodes.last[:made].copy(), nodes.order,
    )  # fmt: skip
