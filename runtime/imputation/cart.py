"""One tree: a recipient's whole block is copied from a donor of his leaf.

Breiman, Friedman, Olshen and Stone 1984, "Classification and regression trees"; drawing donors from leaves:
Reiter 2005, "Using CART to generate partially synthetic public use microdata", Journal of Official Statistics
21(3). The tree has all targets as outcomes at once, as standardised weighted ranks
(`runtime.imputation.ranks`), and tries all predictors at each split.

It is pruned by cost-complexity (Breiman et al., chapter 3): of twenty penalties on the number of leaves, the
largest with the least weighted error on a fifth of the donors, held out at random. An unpruned tree makes
leaves of noise, and such leaves undo weights: a pure leaf of light donors gives to as many recipients as one
of heavy donors.

Weights: splits minimise the weighted variance, and a donor of the leaf is drawn in proportion to weight. A
missing predictor goes down the branch that serves it best. Tails are the donors' own. The tree is what any
reader can follow; a forest predicts better, because one tree puts borders where there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from runtime.imputation.forest import FittedForest
from runtime.imputation.inputs import check_donors
from runtime.imputation.parameters import at_least
from runtime.imputation.protocol import Capabilities
from runtime.imputation.ranks import standard_ranks
from runtime.imputation.walking import Tree

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Predictors


# How many penalties are tried.
_PENALTIES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Cart:
    """Parameters of the tree.

    Attributes:
        leaf: least number of donors in a leaf.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    leaf: int = 5

    def __post_init__(self) -> None:
        at_least(1, leaf=self.leaf)

    @property
    def capabilities(self) -> Capabilities:
        """A block is copied from one donor."""
        return Capabilities(order="joint", values="copied", categories="codes")

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedForest:
        """Grow the tree and file the donors by leaf; see `runtime.imputation.protocol.Imputer.fit`."""
        check_donors(predictors, targets, weights)
        rows = np.flatnonzero(weights > 0)
        mine, heavy = predictors[rows], weights[rows]
        outcomes, seed = standard_ranks(targets[rows], heavy), int(rng.integers(0, 2**32))
        tree = self._grown(mine, outcomes, heavy, seed, self._penalty(mine, outcomes, heavy, rng))
        return FittedForest((_filed(tree.tree_, mine),), rows, targets[rows], heavy, predictors.shape[1])

    def _penalty(self, predictors: Predictors, outcomes: Floats, weights: Floats, rng: Generator) -> float:
        """Return the penalty on leaves that predicts held-out donors best; too few donors settle none."""
        mixed, held = rng.permutation(len(weights)), len(weights) // 5
        if held < self.leaf:
            return 0.0
        left, rest = mixed[:held], mixed[held:]
        seed = int(rng.integers(0, 2**32))
        whole = self._grown(predictors[rest], outcomes[rest], weights[rest], seed, 0.0)
        path = whole.cost_complexity_pruning_path(
            predictors[rest], outcomes[rest], weights[rest] / weights[rest].mean()
        )
        best, least = 0.0, np.inf
        for penalty in np.quantile(np.maximum(path.ccp_alphas, 0.0), np.linspace(0.0, 1.0, _PENALTIES)):
            tree = self._grown(predictors[rest], outcomes[rest], weights[rest], seed, float(penalty))
            away = tree.predict(predictors[left]).reshape(outcomes[left].shape) - outcomes[left]
            error = float((weights[left, None] * away**2).sum())
            if error <= least:
                best, least = float(penalty), error
        return best

    def _grown(
        self, predictors: Predictors, outcomes: Floats, weights: Floats, seed: int, penalty: float
    ) -> Any:  # noqa: ANN401 - scikit-learn ships no types
        tree = DecisionTreeRegressor(min_samples_leaf=self.leaf, random_state=seed, ccp_alpha=penalty)
        return tree.fit(predictors, outcomes, sample_weight=weights / weights.mean())


def _filed(tree: Any, predictors: Predictors) -> Tree:  # noqa: ANN401 - scikit-learn ships no types
    """File donors, (n, p), by the leaves of a grown scikit-learn `Tree`."""
    leaf = tree.apply(predictors)
    ends = np.cumsum(np.bincount(leaf, minlength=tree.node_count))
    is_leaf = tree.children_left < 0
    first = np.where(is_leaf, np.concatenate([[0], ends[:-1]]), tree.children_left)
    last = np.where(is_leaf, ends, tree.children_right)
    # Thresholds are float64, and predictors are not: the next lower float32 parts them alike.
    threshold = tree.threshold.astype(np.float32)
    threshold = np.where(threshold > tree.threshold, np.nextafter(threshold, np.float32(-np.inf)), threshold)
    return Tree(
        feature=np.where(is_leaf, -1, tree.feature).astype(np.int32),
        threshold=threshold.astype(np.float32),
        missing_left=tree.missing_go_to_left.astype(np.bool_),
        first=first.astype(np.int32),
        last=last.astype(np.int32),
        order=np.argsort(leaf, kind="stable").astype(np.uint32),
    )
