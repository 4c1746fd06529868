"""The donors of one tree, grouped by leaf, and the weighted draw of one donor from a recipient's leaf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats, Predictors, Rows

# Recipients walked down a tree at a time; bounds the copy of their predictors (65,536 x 50 predictors: 13
# MB).
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Leaves:
    """One grown tree and its donors.

    Attributes:
        tree: a scikit-learn `Tree`, used for `apply` only.
        order: (n,) donor numbers sorted by leaf. 4 bytes a donor and tree: this is what a fitted forest
            weighs.
        starts: (nodes + 1,) donors of node v are `order[starts[v]:starts[v + 1]]` (none for an inner node).
    """

    tree: Any
    order: NDArray[np.int32]
    starts: Rows

    @classmethod
    def of(cls, tree: Any, predictors: Predictors) -> Leaves:  # noqa: ANN401 - scikit-learn ships no types
        """Drop all donors, (n, p), down a grown scikit-learn `Tree`."""
        leaf = tree.apply(predictors)
        counts = np.bincount(leaf, minlength=tree.node_count)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(tree, np.argsort(leaf, kind="stable").astype(np.int32), starts)

    def draw(self, predictors: Predictors, recipients: Rows, points: Floats, weights: Floats) -> Rows:
        """Draw a donor from each recipient's leaf, with probability proportional to weight.

        Args:
            predictors: (m, p) predictors of all recipients.
            recipients: (k,) rows of `predictors` to draw for; repeats are separate draws.
            points: (k,) uniform in [0, 1), one a draw: the inverse of the leaf's weighted distribution is
                taken there.
            weights: (n,) positive donor weights.

        Returns:
            (k,) donor numbers.
        """
        mass = np.concatenate([[0.0], np.cumsum(weights[self.order])])
        parts = [
            self._draw(predictors[recipients[first : first + _CHUNK]], points[first : first + _CHUNK], mass)
            for first in range(0, len(recipients), _CHUNK)
        ]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def _draw(self, predictors: Predictors, points: Floats, mass: Floats) -> Rows:
        leaf = self.tree.apply(predictors)
        low, high = self.starts[leaf], self.starts[leaf + 1]
        target = mass[low] + points * (mass[high] - mass[low])
        # Rounding may put the point on the leaf's upper edge, which belongs to the next leaf.
        slot = np.clip(np.searchsorted(mass, target, side="right") - 1, low, high - 1)
        donors: Rows = self.order[slot].astype(np.int64)
        return donors
