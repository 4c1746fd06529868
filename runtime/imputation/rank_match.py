"""Rank matching: recipients are put in order by a score, and get the donors' values in that order.

The score is a draw from a quantile forest (`runtime.imputation.qrf`). The k-th lowest score gets the k-th
lowest of a weighted sample of the donors' values, as large as there are recipients (`systematic_rows`):
constrained matching on one variable (Rodgers 1984, "An evaluation of statistical matching", Journal of
Business and Economic Statistics 2(1); as a rank hot deck: D'Orazio, Di Zio and Scanu 2006, "Statistical
matching: theory and practice", section 2.4). So the recipients together have the donors' weighted
distribution of the target, to one record a donor, whatever the forest thinks of them; the forest says who
gets which part of it.

That is its purpose, and its price: where recipients differ from donors in what predictors say, the difference
is undone. Every sign and every tie is treated alike: losses are at the low end, equal scores are put in
order at random, and the sample is weighted whatever the numbers of donors and recipients. It takes one
target: two that were put in order one by one would not belong together. The protocol knows no weights of
recipients: each counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.chain import Drawer, learnt
from runtime.imputation.inputs import check_donors, check_recipients
from runtime.imputation.protocol import Capabilities, Draw
from runtime.imputation.qrf import QuantileForestLearner, check_forest
from runtime.imputation.resampling import systematic_rows

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Predictors


@dataclass(frozen=True, kw_only=True, slots=True)
class RankMatch:
    """Parameters of the forest that scores.

    Attributes:
        trees: number of trees.
        leaf: least number of donors in a leaf.
        n_jobs: threads. Never changes the result.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    trees: int = 100
    leaf: int = 5
    n_jobs: int = -1

    def __post_init__(self) -> None:
        check_forest(self.trees, self.leaf, None, self.n_jobs)

    @property
    def capabilities(self) -> Capabilities:
        """One target, with the donors' distribution."""
        return Capabilities(order="alone", values="observed", marginal="kept")

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> RankedDonors:
        """Fit the forest; see `runtime.imputation.protocol.Imputer.fit`.

        Raises:
            ValueError: also for more targets than one.
        """
        check_donors(predictors, targets, weights)
        if targets.shape[1] > 1:
            raise ValueError(f"rank_match draws one target, not {targets.shape[1]}: give each its own block")
        rows = np.flatnonzero(weights > 0)
        values, heavy = targets[rows, 0], weights[rows]
        forest = QuantileForestLearner(self.trees, self.leaf, None, self.n_jobs)
        drawer = learnt(forest, predictors[rows], values, heavy, rng)
        return RankedDonors(drawer, values, heavy, predictors.shape[1])


@dataclass(frozen=True, slots=True)
class RankedDonors:
    """What scores recipients, the donors' values (n,) and weights (n,), and the number of predictors."""

    drawer: Drawer
    values: Floats
    weights: Floats
    columns: int

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Score, put in order, hand out; see `runtime.imputation.protocol.Fitted.sample`."""
        check_recipients(predictors, self.columns, draws)
        drawn = np.empty((draws, len(predictors), 1))
        for draw in range(draws):
            score = self.drawer.draw(predictors, rng)
            order = np.lexsort((rng.random(len(score)), score))
            sample = self.values[systematic_rows(self.weights, len(score), rng)]
            drawn[draw, order, 0] = np.sort(sample)
        return Draw(drawn, donors=None)
