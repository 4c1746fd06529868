"""What every imputation method promises: `fit` on donors, then `sample` for recipients, any number of times.

Shapes are written with n donors, m recipients, p predictors, t targets. Predictors hold NaN for "missing",
which is not zero: a method must tell the two apart. Weights are design weights and count exactly once; a
method that cannot use them has no place behind this protocol. What a method promises beyond that it says in
its `capabilities`; `runtime.imputation.conformance` holds it to all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.random import Generator

Predictors: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a method promises beyond the protocol.

    Attributes:
        order: `joint`: a block is drawn at once. `chained`: target by target, each conditioned on those
            before it. `alone`: one target only; a block of two is refused.
        values: `copied`: all targets of a recipient are those of one donor, so that identities of the donor
            hold, and `Draw.donors` says whose. `observed`: each target is the value of some donor. `any`:
            values that no donor has.
        marginal: `follows`: what is drawn depends on who the recipients are. `kept`: the recipients together
            get the donors' weighted distribution, whoever they are.
        categories: how a predictor that is text is told to it (`runtime.imputation.encoding`). `codes`: by
            the number of the category, for a method that splits numbers anywhere. `indicators`: by a 0 or 1
            for each category, for a method to which such numbers would be amounts.
        fit: `random`: another seed, another fit. `fixed`: nothing is random before the draw.
    """

    order: Literal["joint", "chained", "alone"]
    values: Literal["copied", "observed", "any"]
    marginal: Literal["follows", "kept"] = "follows"
    categories: Literal["codes", "indicators"] = "indicators"
    fit: Literal["random", "fixed"] = "random"


@dataclass(frozen=True, slots=True)
class Draw:
    """What `Fitted.sample` returns.

    Attributes:
        values: (draws, m, t) imputed targets, in the units of the donor targets.
        donors: (draws, m) row number, in the donor arrays given to `fit`, of the donor whose targets were
            copied; None for a method that does not copy whole donors.
        notes: what was found while drawing, as plain JSON values, for the manifest of the step.
    """

    values: Floats
    donors: Rows | None
    notes: dict[str, Any] = field(default_factory=dict)


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


@runtime_checkable
class Copying(Protocol):
    """A fitted method that copies whole donors, and can name them without copying.

    Who has millions of recipients then copies target by target, and never holds all of them.
    """

    def choose(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Rows:
        """Return (draws, m) the donors that `sample` would copy, by row of the arrays given to `fit`.

        Arguments and errors are those of `Fitted.sample`.
        """
        ...


@runtime_checkable
class Reporting(Protocol):
    """A fitted method that has something to say about itself, for the manifest of the step."""

    def report(self) -> dict[str, Any]:
        """Return what the fit found, as plain JSON values, the same for the same seed."""
        ...


class Imputer(Protocol):
    """An imputation method and its parameters, before it has seen data.

    A method that draws target by target may take `targets` among its parameters: their names, in order. It
    then derives each target's random numbers from the name, so that they depend on no other target.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What the method promises beyond the protocol."""
        ...

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
