"""The chained quantile forest: the field's usual method, kept as the one to compare the joint forest with.

Target t is drawn from a quantile regression forest (Meinshausen 2006, JMLR 7; Johnson 2024,
"quantile-forest: A Python package for quantile regression forests", JOSS 9(93)) on the predictors and
targets 1 to t - 1, in the order given (`runtime.imputation.chain`).

Levels and tails: each recipient and target has a level of its own, any number in [0, 1): there is no grid,
and no level is left out at either end. The quantile at that level is a value which a donor has. So the tail
model is the donors' own tail: nobody gets more than the greatest donor of the leaves he falls into, and no
amount is invented between zero and the smallest positive one.

Weights: the package's `sample_weight` shapes the trees but, with scikit-learn below 1.9, not the leaves'
quantiles. So donors are resampled, systematically, in proportion to weight, and a target's forest is fitted
to that sample without weights: weights count once, in trees and quantiles alike.

Each leaf remembers one donor at random, as in the original R package and by this one's default: a row's
distribution is then one value a tree, each with the same weight, as Meinshausen has it. Keeping all donors
would weigh large leaves more, and pads every leaf to the size of the largest (19 GB seen for mostly zero
targets of 10,000 donors). So a row is drawn from at most as many donors as there are trees.

Missing predictors: the package refuses NaN, so a missing value becomes a number below all the donors'
values of that predictor, which a tree can tell apart with one split.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation.chain import fit_chain
from runtime.imputation.parameters import at_least, threads
from runtime.imputation.protocol import Capabilities
from runtime.imputation.resampling import systematic_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

    from runtime.imputation.chain import FittedChain
    from runtime.imputation.protocol import Floats, Predictors

# Recipients inverted at a time: bounds the copy of their leaves' donors (4,096 x 100 trees x 8 bytes: 3 MB).
_BATCH = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainedQuantileForest:
    """Parameters of the chained quantile forest.

    Attributes:
        trees: trees of each target's forest.
        leaf: least number of donors in a leaf.
        predictors_per_split: predictors tried at a split; None tries all.
        n_jobs: threads, in joblib's sense. Never changes the result.
        targets: names of the targets, from which their random numbers are derived.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    trees: int = 100
    leaf: int = 5
    predictors_per_split: int | None = None
    n_jobs: int = -1
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_forest(self.trees, self.leaf, self.predictors_per_split, self.n_jobs)

    @property
    def capabilities(self) -> Capabilities:
        """Each target is some donor's value, one after another."""
        return Capabilities(order="chained", values="observed", categories="codes")

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedChain:
        """Fit one quantile forest a target; see `runtime.imputation.protocol.Imputer.fit`.

        Raises:
            ModuleNotFoundError: the package quantile-forest is not installed.
        """
        learner = QuantileForestLearner(self.trees, self.leaf, self.predictors_per_split, self.n_jobs)
        return fit_chain(learner, self.targets, predictors, targets, weights, rng)


def check_forest(trees: int, leaf: int, predictors_per_split: int | None, n_jobs: int) -> None:
    """Refuse parameters of a quantile forest that are out of range, by name."""
    at_least(1, trees=trees, leaf=leaf)
    at_least(1, predictors_per_split=predictors_per_split)
    threads(n_jobs)


@dataclass(frozen=True, slots=True)
class QuantileForestLearner:
    """One quantile forest for one target; the parameters are those of `ChainedQuantileForest`."""

    trees: int
    leaf: int
    predictors_per_split: int | None
    n_jobs: int

    def fit(self, known: Predictors, target: Floats, weights: Floats, rng: Generator) -> QuantileForestDrawer:
        """Fit the forest to a sample of the donors in proportion to weight.

        Raises:
            ValueError: `predictors_per_split` exceeds the number of predictors.
        """
        if (self.predictors_per_split or 0) > known.shape[1]:
            raise ValueError(
                f"predictors_per_split is {self.predictors_per_split}, "
                f"but there are {known.shape[1]} predictors"
            )
        rows = systematic_rows(weights, len(weights), rng)
        missing_as = _below_all(known[rows])
        forest = _quantile_forest()(
            n_estimators=self.trees,
            min_samples_leaf=self.leaf,
            max_samples_leaf=1,
            max_features=self.predictors_per_split,
            n_jobs=self.n_jobs,
            random_state=int(rng.integers(0, 2**31)),
        )
        with _global_random_restored():
            forest.fit(_fill(known[rows], missing_as), target[rows])
        return QuantileForestDrawer(forest, missing_as)


@dataclass(frozen=True, slots=True)
class QuantileForestDrawer:
    """A fitted forest of the package, and (p,) what stands for a missing predictor."""

    forest: Any
    missing_as: Predictors

    def draw(self, known: Predictors, rng: Generator) -> Floats:
        """Return each row's quantile at a level of its own."""
        return _quantile_each(self.forest, _fill(known, self.missing_as), rng.random(len(known)))

    def report(self) -> dict[str, Any]:
        """Return nothing: a forest has no finding."""
        return {}


def _quantile_each(forest: Any, known: Predictors, levels: Floats) -> Floats:  # noqa: ANN401 - untyped package
    """Return (m,) the conditional quantile of row i at `levels[i]` in [0, 1), inverted exactly.

    The package's `predict` takes the same quantiles for all rows, and interpolates across the gap between
    zero and the positives, which invents small amounts. So the donors it filed by leaf are read here.
    """
    drawn = np.empty(len(known))
    for first in range(0, len(known), _BATCH):
        part = slice(first, first + _BATCH)
        ordered = np.sort(_remembered(forest, known[part]), axis=1)
        slots = (levels[part] * ordered.shape[1]).astype(np.int64)
        drawn[part] = np.take_along_axis(ordered, slots[:, None], axis=1)[:, 0]
    return drawn


def _remembered(forest: Any, known: Predictors) -> Floats:  # noqa: ANN401 - untyped package
    """Return (m, trees) the target value of the donor that each row's leaf in each tree remembers."""
    # (trees, nodes): 1 + the position of that donor's value among all, sorted.
    filed = np.asarray(forest.forest_.y_train_leaves)[:, :, 0, 0]
    positions = filed[np.arange(len(filed)), forest.apply(known)] - 1
    values: Floats = np.asarray(forest.forest_.y_train)[0][positions]
    return values


def _quantile_forest() -> Any:  # noqa: ANN401 - untyped package
    try:
        from quantile_forest import RandomForestQuantileRegressor  # noqa: PLC0415 - an optional package
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "imputer kind 'qrf' needs the package quantile-forest: pip install 'quantile-forest>=1.4'",
        ) from error
    return RandomForestQuantileRegressor


@contextmanager
def _global_random_restored() -> Iterator[None]:
    """Undo what the package does to Python's global generator: it seeds it while fitting."""
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def _below_all(predictors: Predictors) -> Predictors:
    """Return (p,) numbers clearly below the present values of each predictor (0 where none is present)."""
    low = np.where(np.isnan(predictors), np.inf, predictors).min(axis=0)
    high = np.where(np.isnan(predictors), -np.inf, predictors).max(axis=0)
    present = np.isfinite(low)
    low, high = np.where(present, low, 1.0), np.where(present, high, 1.0)
    step = np.maximum(1.0, np.maximum(high - low, np.abs(low)))
    below: Predictors = (low - step).astype(np.float32)
    return below


def _fill(predictors: Predictors, missing_as: Predictors) -> Predictors:
    return np.where(np.isnan(predictors), missing_as, predictors)
