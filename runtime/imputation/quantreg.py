"""Linear quantile regression, chained over targets; each draw is a quantile at a level of its own.

Koenker and Bassett 1978, "Regression quantiles", Econometrica 46(1), at evenly spaced levels, by
scikit-learn's `QuantileRegressor` (a linear programme). Quantiles of one row that cross are put in order
(Chernozhukov, Fernandez-Val and Galichon 2010, "Quantile and probability curves without crossing",
Econometrica 78(3)).

Levels and tails: a row's level is any number in [0, 1). Between two fitted levels it is interpolated. Below
the lowest and above the highest it is the fitted end plus the donors' own residual from it at that very
level, weighted: a tail as long as the donors', which is taken to be alike everywhere.

Weights: the programme grows steeply with donors, so it is given a systematic sample of at most `donors` of
them in proportion to weight, without weights: they count once. Residuals of the tails are of all, weighted.

It draws values that no donor has, also between zero and the smallest amount. A missing predictor is at the
weighted mean, with an indicator (`runtime.imputation.linear`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import QuantileRegressor

from runtime.imputation.chain import fit_chain
from runtime.imputation.linear import Design, product
from runtime.imputation.parameters import at_least
from runtime.imputation.protocol import Capabilities
from runtime.imputation.resampling import systematic_rows

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.chain import FittedChain
    from runtime.imputation.protocol import Floats, Predictors

# Recipients whose quantiles are in memory at a time.
_CHUNK = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class QuantileRegression:
    """Parameters of the regressions.

    Attributes:
        levels: how many quantiles are fitted, at k / (levels + 1).
        donors: the most donors that a regression is fitted to.
        targets: names of the targets, from which their random numbers are derived.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    levels: int = 19
    donors: int = 2000
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        at_least(3, levels=self.levels)
        at_least(100, donors=self.donors)

    @property
    def capabilities(self) -> Capabilities:
        """Any value, one target after another."""
        return Capabilities(order="chained", values="any")

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedChain:
        """Fit the regressions of each target; see `runtime.imputation.protocol.Imputer.fit`."""
        learner = _Learner(np.arange(1, self.levels + 1) / (self.levels + 1), self.donors)
        return fit_chain(learner, self.targets, predictors, targets, weights, rng)


@dataclass(frozen=True, slots=True)
class _Learner:
    levels: Floats
    donors: int

    def fit(self, known: Predictors, target: Floats, weights: Floats, rng: Generator) -> _Drawer:
        """Fit all levels to a sample, and keep how far donors are from the lowest and the highest."""
        design = Design.of(known, weights)
        columns = design.columns(known)
        rows = systematic_rows(weights, min(len(weights), self.donors), rng)
        # The solver's tolerances are absolute: amounts are brought to about one.
        unit = float(np.abs(target).max())
        fits = [
            QuantileRegressor(quantile=float(level), alpha=0.0, fit_intercept=False, solver="highs")
            .fit(columns[rows], target[rows] / unit)
            .coef_
            for level in self.levels
        ]
        coefficients = unit * np.column_stack(fits)
        fitted = np.sort(product(columns, coefficients), axis=1)
        ends = tuple(_Residuals.of(target - fitted[:, end], weights) for end in (0, -1))
        return _Drawer(design, self.levels, coefficients, ends)


@dataclass(frozen=True, slots=True)
class _Residuals:
    """Residuals in order, and the weighted share of donors at or below each."""

    values: Floats
    reached: Floats

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> _Residuals:
        """Put residuals, (n,), in order."""
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weights[order])
        return cls(values[order], reached / reached[-1])

    def at(self, levels: Floats) -> Floats:
        """Return the weighted quantiles."""
        slot = np.searchsorted(self.reached, levels, side="right")
        found: Floats = self.values[np.minimum(slot, len(self.values) - 1)]
        return found


@dataclass(frozen=True, slots=True)
class _Drawer:
    """Fitted regressions: (k, levels) coefficients, and the donors' residuals from both ends."""

    design: Design
    levels: Floats
    coefficients: Floats
    ends: tuple[_Residuals, ...]

    def draw(self, known: Predictors, rng: Generator) -> Floats:
        """Return each row's quantile at a level of its own."""
        points = rng.random(len(known))
        cuts = [slice(first, first + _CHUNK) for first in range(0, len(known), _CHUNK)]
        parts = [self._draw(known[cut], points[cut]) for cut in cuts]
        return np.concatenate(parts) if parts else points

    def _draw(self, known: Predictors, points: Floats) -> Floats:
        fitted = np.sort(product(self.design.columns(known), self.coefficients), axis=1)
        above = np.clip(np.searchsorted(self.levels, points), 1, len(self.levels) - 1)
        rows, first = np.arange(len(points)), self.levels[above - 1]
        part = np.clip((points - first) / (self.levels[above] - first), 0.0, 1.0)
        drawn: Floats = fitted[rows, above - 1] * (1 - part) + fitted[rows, above] * part
        low, high = points < self.levels[0], points >= self.levels[-1]
        drawn[low] += np.minimum(self.ends[0].at(points[low]), 0.0)
        drawn[high] += np.maximum(self.ends[1].at(points[high]), 0.0)
        return drawn

    def report(self) -> dict[str, Any]:
        """Return nothing: the regressions have no finding."""
        return {}
