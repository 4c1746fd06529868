"""The joint donor forest: one forest for a whole block of targets, and one real donor for each recipient.

Trees are grown on the standardised ranks of all targets at once (a multi-output regression forest: Segal
and Xiao 2011, "Multivariate random forests", WIREs Data Mining 1(1)). Read as weights on donors, such a
forest estimates a joint conditional distribution: Meinshausen 2006, "Quantile regression forests", JMLR 7;
Cevid, Michel, Naef, Buehlmann and Meinshausen 2022, "Distributional random forests", JMLR 23(333). The
weight of donor i for recipient x is

    (1 / trees) * sum over trees of  w_i [i in leaf(x)] / (sum of w_j over donors j in leaf(x)).

To draw from it, pick a tree uniformly, then a donor of the recipient's leaf in proportion to w: one tree
walk, no aggregation, no quantile grid. The whole block is copied from that donor, as in a hot deck
(Andridge and Little 2010, "A review of hot deck imputation for survey non-response", International
Statistical Review 78(1)), so signs, zeros and identities of the donor hold on the recipient.

Where weights enter, once in each of two roles:

* Growing. Each tree sees a bootstrap of the donors with multiplicities Multinomial(n, w / sum w): a sample of
  the population the weights stand for. The multiplicity replaces the weight; it is not multiplied by it.
* Drawing. *All* donors are dropped down the tree, in the bag or not, and drawn in proportion to w. (Drawing
  bag members by multiplicity times w would square the weight.) Each leaf then holds its true weighted
  share, so imputing the donors onto themselves returns their weighted totals without bias tree by tree; a
  draw from the bag alone does so only on average over bags. And the donors that did not shape the splits
  widen the draw.

Trees are grown by `runtime.imputation.growing`: scikit-learn's, the first choice, take twice the time, and
what `sample_weight` means to its bootstrap changed in version 1.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from runtime.imputation.growing import Donors, grow
from runtime.imputation.inputs import check_donors, check_recipients
from runtime.imputation.levels import Levels
from runtime.imputation.parameters import at_least, threads
from runtime.imputation.protocol import Capabilities, Draw
from runtime.imputation.ranks import standard_ranks
from runtime.imputation.resampling import bootstrap_counts
from runtime.imputation.walking import Tree, draw

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats, Predictors, Rows

    Trees = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class JointForest:
    """Parameters of the joint donor forest.

    Attributes:
        trees: number of trees.
        leaf: least number of distinct donors of the bag in a leaf. Implicates of one family count one by
            one, so multiply imputed donors want a leaf that many times larger.
        predictors_per_split: predictors tried at a split, drawn anew each time; None tries a third of them,
            rounded up (the rule for regression in Hastie, Tibshirani and Friedman 2009, "The elements of
            statistical learning", section 15.3), and at least two. On CPS and SCF donors that scored better
            than all of them, and grew three times as fast.
        donors_per_tree: size of each tree's bootstrap; None is the number of donors. It bounds the cost of
            growing; every donor can be drawn whatever it is.
        n_jobs: threads that grow trees, in joblib's sense (-1: one a core). Never changes the result.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    trees: int = 100
    leaf: int = 5
    predictors_per_split: int | None = None
    donors_per_tree: int | None = None
    n_jobs: int = -1

    def __post_init__(self) -> None:
        at_least(1, trees=self.trees, leaf=self.leaf)
        at_least(1, predictors_per_split=self.predictors_per_split, donors_per_tree=self.donors_per_tree)
        threads(self.n_jobs)

    @property
    def capabilities(self) -> Capabilities:
        """A block is copied from one donor."""
        return Capabilities(order="joint", values="copied", categories="codes")

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedForest:
        """Grow the forest and file the donors by leaf; see `runtime.imputation.protocol.Imputer.fit`.

        Raises:
            ValueError: also when `predictors_per_split` exceeds the number of predictors.
        """
        check_donors(predictors, targets, weights)
        rows = np.flatnonzero(weights > 0)
        ranks = standard_ranks(targets[rows], weights[rows]).astype(np.float32)
        kept = _Donors(Levels.of(predictors[rows]), ranks, weights[rows])
        # One seed a tree, drawn before any thread starts: scheduling cannot reorder them.
        seeds = rng.integers(0, 2**63, size=self.trees)
        tried = self._tried(predictors.shape[1])
        in_threads = Parallel(n_jobs=self.n_jobs, prefer="threads")
        trees = in_threads(delayed(self._grow)(kept, tried, int(seed)) for seed in seeds)
        width = predictors.shape[1]
        return FittedForest(tuple(trees), rows, targets[rows], weights[rows], width, self.n_jobs)

    def _tried(self, columns: int) -> int:
        if self.predictors_per_split is None:
            return min(columns, max(2, -(-columns // 3)))
        if self.predictors_per_split > columns:
            raise ValueError(
                f"predictors_per_split is {self.predictors_per_split}, but there are {columns} predictors"
            )
        return self.predictors_per_split

    def _grow(self, donors: _Donors, tried: int, seed: int) -> Tree:
        rng = np.random.Generator(np.random.PCG64(seed))
        size = self.donors_per_tree or len(donors.weights)
        counts = bootstrap_counts(donors.weights, size, rng)
        bag, rest = (np.flatnonzero(chosen).astype(np.uint32) for chosen in (counts > 0, counts == 0))
        word, levels = rng.integers(0, 2**64, dtype=np.uint64), donors.levels
        seen = Donors(levels.codes, counts, donors.ranks)
        nodes = grow(seen, bag, rest, self.leaf, tried, word)
        threshold = levels.thresholds(nodes.feature, nodes.cut)
        return Tree(nodes.feature, threshold, nodes.missing_left, nodes.first, nodes.last, nodes.order)


@dataclass(frozen=True, slots=True)
class _Donors:
    """What trees see of the donors of positive weight: predictors, ranks of targets (n, t), weights."""

    levels: Levels
    ranks: Predictors
    weights: Floats


@dataclass(frozen=True, slots=True)
class FittedForest:
    """A grown forest and the donors it can copy.

    Attributes:
        trees: each with all donors filed by leaf.
        rows: (n,) row numbers of the donors in the arrays given to `fit`.
        targets: (n, t) their targets.
        weights: (n,) their positive weights.
        columns: number of predictors.
        n_jobs: threads that walk trees. Never changes the result.
        at_a_time: of how many recipients and draws the random numbers are held at once. Never changes the
            result.
    """

    trees: tuple[Tree, ...]
    rows: Rows
    targets: Floats
    weights: Floats
    columns: int
    n_jobs: int = -1
    at_a_time: int = 2**20

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Copy one donor's block to each recipient; see `runtime.imputation.protocol.Fitted.sample`."""
        chosen = self._chosen(predictors, rng, draws)
        return Draw(values=self.targets[chosen], donors=self.rows[chosen])

    def choose(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Rows:
        """Name the donors that `sample` copies; see `runtime.imputation.protocol.Copying.choose`.

        Beyond predictors and result it needs a byte or two a recipient and draw, one a predictor and
        recipient, and about 32 for each of `at_a_time`.
        """
        chosen = self._chosen(predictors, rng, draws)
        # In its own place: all numbers are in range, and `clip` spares numpy a copy to fall back on.
        return np.take(self.rows, chosen, out=chosen, mode="clip")

    def _chosen(self, predictors: Predictors, rng: Generator, draws: int) -> Rows:
        """Return (draws, m) donors, by row of `targets`."""
        check_recipients(predictors, self.columns, draws)
        size, step = draws * len(predictors), self.at_a_time
        starts = range(0, size, step)
        # All trees are drawn before any point: so it was before there were chunks, and so bytes stay.
        tree_of = np.empty(size, dtype=np.min_scalar_type(len(self.trees) - 1))
        for start in starts:
            few = min(step, size - start)
            tree_of[start : start + few] = rng.integers(0, len(self.trees), size=few, dtype=np.int32)
        chosen = np.empty(size, dtype=np.int64)
        for start in starts:
            points = rng.random(min(step, size - start))
            self._walk(predictors, tree_of[start : start + step], points, start, chosen)
        return chosen.reshape(draws, len(predictors))

    def _walk(self, predictors: Predictors, tree_of: Trees, points: Floats, start: int, chosen: Rows) -> None:
        """Write the donors of the slots (draw-major) from `start` on, tree by tree, into `chosen`."""
        slots = np.argsort(tree_of, kind="stable")
        ends = np.cumsum(np.bincount(tree_of, minlength=len(self.trees)))
        # Threads write to places that no other has. As little memory as they bring is theirs, not the data's.
        Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(draw)(tree, self.weights, predictors, mine, points, start, chosen)
            for tree, mine in zip(self.trees, np.split(slots, ends[:-1]), strict=True)
        )
