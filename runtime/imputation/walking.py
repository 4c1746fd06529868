"""Recipients walked down a tree, and the donor each meets there: compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runtime.imputation.growing import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]
    Rows = NDArray[np.int64]
    Predictors = NDArray[np.float32]


class Tree(NamedTuple):
    """A grown tree and its donors, node by node; the root is 0.

    Attributes:
        feature: the predictor that an inner node asks for; -1 for a leaf.
        threshold: an inner node's greatest value that goes left.
        missing_left: whether a missing value goes left.
        first: an inner node's left child; where a leaf's donors begin in `order`.
        last: an inner node's right child; where a leaf's donors end.
        order: (n,) donors by leaf. 4 bytes a donor and tree: this is what a fitted forest weighs.
    """

    feature: Ints
    threshold: Predictors
    missing_left: NDArray[np.bool_]
    first: Ints
    last: Ints
    order: NDArray[np.uint32]


@compiled
def _leaf(tree: Tree, row: Predictors) -> int:
    """Return the leaf of a row of predictors."""
    node = 0
    while tree.feature[node] >= 0:
        value = row[tree.feature[node]]
        goes_left = tree.missing_left[node] if np.isnan(value) else value <= tree.threshold[node]
        node = tree.first[node] if goes_left else tree.last[node]
    return node


@compiled
def _donor(mass: Floats, low: int, high: int, point: float) -> int:
    """Return the first place, from `low` to below `high`, where the leaf's weight so far exceeds a share.

    `mass[i]` is the weight of all places before i, so that of the leaf is mass[high] - mass[low]. The last
    place is returned also where rounding puts the point on the leaf's upper edge.
    """
    target, last = mass[low] + point * (mass[high] - mass[low]), high - 1
    while low < last:
        middle = (low + last) // 2
        if mass[middle + 1] > target:
            last = middle
        else:
            low = middle + 1
    return low


@compiled
def draw(
    tree: Tree, weights: Floats, predictors: Predictors, slots: Rows, points: Floats, start: int, chosen: Rows
) -> None:
    """Write the donor of each slot into `chosen`, drawn from the recipient's leaf in proportion to weight.

    Args:
        tree: the tree of all these slots.
        weights: (n,) positive donor weights.
        predictors: (m, p) of all recipients.
        slots: (k,) places in `points`.
        points: (c,) uniform in [0, 1).
        start: the place in `chosen` of the first point; that of recipient i in draw d is d * m + i.
        chosen: (draws * m,) donor numbers.
    """
    mass = np.zeros(len(tree.order) + 1)
    for place in range(len(tree.order)):
        mass[place + 1] = mass[place] + weights[tree.order[place]]
    for slot in slots:
        leaf = _leaf(tree, predictors[(start + slot) % len(predictors)])
        place = _donor(mass, tree.first[leaf], tree.last[leaf], points[slot])
        chosen[start + slot] = tree.order[place]
