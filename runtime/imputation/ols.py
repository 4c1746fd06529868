"""Weighted linear regression with drawn residuals, one regression a target, chained.

Stochastic regression imputation (Little and Rubin 2019, "Statistical analysis with missing data", section
4.3), in a chain over the targets (`runtime.imputation.chain`). The regression is weighted least squares on
the columns of `runtime.imputation.linear`. What is added to the fitted value is

* `normal`: a normal number with the weighted variance of the donors' residuals. Tails are normal.
* `empirical`: the residual of a donor, drawn in proportion to weight, whoever he is. Tails are those of the
  residuals.

Both take residuals to be alike everywhere, and both draw values that no donor has: negative ones of an amount
that is never negative, and no exact zeros. Use it where a target is about linear in its predictors, or to
have something plain to compare with.

A missing predictor is at the weighted mean, with an indicator. One that no donor misses and a recipient does
is at the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from runtime.imputation.chain import fit_chain
from runtime.imputation.linear import Design, least_squares, product
from runtime.imputation.parameters import one_of
from runtime.imputation.protocol import Capabilities

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.chain import FittedChain
    from runtime.imputation.protocol import Floats, Predictors

Residuals = Literal["normal", "empirical"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeastSquares:
    """Parameters of the regression.

    Attributes:
        residuals: what is added to the fitted value.
        targets: names of the targets, from which their random numbers are derived.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    residuals: Residuals = "empirical"
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        one_of(("normal", "empirical"), residuals=self.residuals)

    @property
    def capabilities(self) -> Capabilities:
        """Any value, one target after another."""
        return Capabilities(order="chained", values="any", fit="fixed")

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedChain:
        """Fit one regression a target; see `runtime.imputation.protocol.Imputer.fit`."""
        return fit_chain(_Learner(self.residuals), self.targets, predictors, targets, weights, rng)


@dataclass(frozen=True, slots=True)
class _Learner:
    residuals: Residuals

    def fit(
        self,
        known: Predictors,
        target: Floats,
        weights: Floats,
        rng: Generator,  # noqa: ARG002 - nothing is random before the draw
    ) -> _Drawer:
        """Fit the regression, and keep its residuals."""
        design = Design.of(known, weights)
        columns = design.columns(known)
        coefficients = least_squares(columns, target, weights)
        left = target - product(columns, coefficients)
        return _Drawer(design, coefficients, left, np.cumsum(weights), self.residuals)


@dataclass(frozen=True, slots=True)
class _Drawer:
    """A fitted regression: coefficients, donors' residuals (n,), and the weight of all donors up to each."""

    design: Design
    coefficients: Floats
    left: Floats
    reached: Floats
    residuals: Residuals

    def draw(self, known: Predictors, rng: Generator) -> Floats:
        """Return fitted values, each with a residual drawn for it."""
        fitted = product(self.design.columns(known), self.coefficients)
        if self.residuals == "normal":
            return fitted + self._spread * rng.standard_normal(len(known))
        slot = np.searchsorted(self.reached, rng.random(len(known)) * self.reached[-1], side="right")
        drawn: Floats = fitted + self.left[np.minimum(slot, len(self.left) - 1)]
        return drawn

    def report(self) -> dict[str, Any]:
        """Return the weighted standard deviation of the residuals, in the target's unit."""
        return {"residualDeviation": self._spread}

    @property
    def _spread(self) -> float:
        weights = np.diff(self.reached, prepend=0.0)
        return float(np.sqrt((weights * self.left**2).sum() / self.reached[-1]))
