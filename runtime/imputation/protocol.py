"""What every imputation method promises: `fit` on donors, then `sample` for recipients, any number of times.

Shapes are written with n donors, m recipients, p predictors, t targets. Predictors hold NaN for "missing",
which is not zero: a method must tell the two apart. Weights are design weights and count exactly once; a
method that cannot use them has no place behind this protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.random import Generator

Predictors: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Draw:
    """What `Fitted.sample` returns.

    Attributes:
        values: (draws, m, t) imputed targets, in the units of the donor targets.
        donors: (draws, m) row number, in the donor arrays given to `fit`, of the donor whose targets were
            copied; None for a method that does not copy whole donors.
    """

    values: Floats
    donors: Rows | None


class Fitted(Protocol):
    """A method that has seen its donors."""

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Draw the targets of every recipient `draws` times, independently given the fit.

        Args:
            predictors: (m, p) float32, C-contiguous, same columns as in `fit`; NaN is missing; m may be 0.
            rng: the only source of randomness; the same state gives the same bytes.
            draws: number of draws a recipient, at least 1.

        Raises:
            ValueError: wrong type or shape, an infinite predictor, or `draws` below 1; the message names it.
        """
        ...


class Imputer(Protocol):
    """An imputation method and its parameters, before it has seen data."""

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> Fitted:
        """Learn the joint conditional distribution of the targets from weighted donors.

        Args:
            predictors: (n, p) float32, C-contiguous; NaN is missing.
            targets: (n, t) float64, finite.
            weights: (n,) float64 design weights, finite and not negative. A donor of weight zero is never
                drawn.
            rng: the only source of randomness; the same state gives the same bytes, for any number of
                threads.

        Raises:
            ValueError: wrong type or shape, no donor of positive weight, or a value out of range; the message
                names the array, the row and the value.
        """
        ...
