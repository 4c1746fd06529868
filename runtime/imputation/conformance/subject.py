"""The method under test, the data it is tried on, and how a check says what it missed."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runtime.imputation.registry import made
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runtime.imputation.protocol import Capabilities, Draw, Fitted, Floats, Imputer, Predictors


class Donors(NamedTuple):
    """Predictors (n, p), targets (n, t) and weights (n,)."""

    predictors: Predictors
    targets: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Subject:
    """A method under test.

    Attributes:
        make: builds the method, as `specc` does: by keyword, with `targets` where it takes names. It has to
            be picklable (a class, or a `functools.partial` of one), because a check builds it in another
            process. Parameters that make it small keep the checks quick.
    """

    make: Callable[..., Imputer]

    @property
    def capabilities(self) -> Capabilities:
        """What the method promises."""
        return self.imputer().capabilities

    @property
    def width(self) -> int:
        """The number of targets that checks try the method on."""
        return 1 if self.capabilities.order == "alone" else 2

    def imputer(self, names: Sequence[str] = (), **parameters: object) -> Imputer:
        """Build the method for targets of these names; parameters that it does not have are left out."""
        known = inspect.signature(self.make).parameters
        return made(self.make, names, **{k: v for k, v in parameters.items() if k in known})

    def fit(self, donors: Donors, seed: int = 0) -> Fitted:
        """Fit the method, its targets named by their positions."""
        columns = donors.targets.shape[1] if donors.targets.ndim > 1 else 0
        names = [f"target_{column}" for column in range(columns)]
        return self.imputer(names).fit(*donors, stream(seed, "conformance", "fit"))

    def draw(self, donors: Donors, recipients: Predictors, draws: int = 1, seed: int = 0) -> Draw:
        """Fit the method and draw."""
        return self.fit(donors, seed).sample(recipients, stream(seed, "conformance", "draw"), draws)


def mixed_donors(subject: Subject, n: int = 300, name: str = "mixed") -> Donors:
    """Return donors with a missing predictor here and there, and one target or two."""
    rng = stream(1, "conformance", name)
    predictors = rng.normal(size=(n, 3)).astype(np.float32)
    first, second = predictors[:, 0] + rng.normal(size=n), rng.integers(0, 3, size=n)
    predictors[::7, 1] = np.nan
    targets = np.column_stack([first, second]).astype(np.float64)[:, : subject.width]
    return Donors(predictors, np.ascontiguousarray(targets), rng.gamma(2.0, 50.0, size=n))


def expect(holds: object, message: str) -> None:
    """Raise `AssertionError` with the message unless something holds."""
    if not holds:
        raise AssertionError(message)


def near(found: float, wanted: float, within: float, what: str) -> None:
    """Raise `AssertionError` unless a figure is close to what it should be."""
    expect(abs(found - wanted) <= within, f"{what} is {found:.4g}, not within {within:g} of {wanted:g}")
