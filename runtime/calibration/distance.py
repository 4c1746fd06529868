"""Distances between start and calibrated weights, each as the function that turns a pull into a weight ratio.

Deville & Sarndal (1992, JASA 87:376-382): minimising sum s d(w / s) under linear constraints gives w = s
g(u), where u is the record's contributions times the multipliers of the facts and g is the inverse of d'.
The dual problem needs only g, its integral G (the convex conjugate of d, G(0) = 0) and its slope g'; the
distance itself follows from them: d(g(u)) = u g(u) - G(u).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]
    Bound = float | Doubles


class Distance(Protocol):
    """A strictly convex distance d of the weight ratio with d(1) = d'(1) = 0 and d''(1) = 1."""

    def ratio(self, pull: Doubles) -> Doubles:
        """Return g(u), the weight ratio a pull leads to; increasing, g(0) = 1."""

    def integral(self, pull: Doubles) -> Doubles:
        """Return G(u); +inf out of the range of float64, never clipped: the line search then steps back."""

    def slope(self, pull: Doubles) -> Doubles:
        """Return g'(u), never negative; g'(0) = 1."""


@dataclass(frozen=True)
class Entropy:
    """d(r) = r log r - r + 1, "raking": ratios are exp(u), positive and unbounded above."""

    def ratio(self, pull: Doubles) -> Doubles:
        """Return exp(u)."""
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(pull)

    def integral(self, pull: Doubles) -> Doubles:
        """Return exp(u) - 1."""
        with np.errstate(over="ignore", under="ignore"):
            return np.expm1(pull)

    def slope(self, pull: Doubles) -> Doubles:
        """Return exp(u)."""
        return self.ratio(pull)

    def pull_to(self, ratio: Doubles) -> Doubles:
        """Return log r; -inf where nothing pulls a weight down to zero."""
        with np.errstate(divide="ignore"):
            return np.log(ratio)


@dataclass(frozen=True)
class ChiSquare:
    """d(r) = (r - 1)^2 / 2, "linear": ratios are 1 + u, of any sign; the generalised regression estimator."""

    def ratio(self, pull: Doubles) -> Doubles:
        """Return 1 + u."""
        return 1.0 + pull

    def integral(self, pull: Doubles) -> Doubles:
        """Return u + u^2 / 2."""
        with np.errstate(over="ignore"):
            return pull + 0.5 * pull**2

    def slope(self, pull: Doubles) -> Doubles:
        """Return 1."""
        return np.ones_like(pull)

    def pull_to(self, ratio: Doubles) -> Doubles:
        """Return r - 1."""
        return ratio - 1.0


@dataclass(frozen=True, eq=False)
class Boxed:
    """A distance whose ratios are cut off: the "truncated" methods (case 7 of Deville & Sarndal 1992).

    Attributes:
        of: the distance inside the box.
        lower, upper: the ratios (records,), or one for all, that none goes beyond; any of them infinite.

    Raises:
        ValueError: a lower bound above its upper one, or one that is no number.
    """

    of: Entropy | ChiSquare
    lower: Doubles
    upper: Doubles

    def __post_init__(self) -> None:
        if not np.all(self.lower <= self.upper):  # NaN fails too
            raise ValueError("a lower bound of weights is above the upper one, or one of them is NaN")

    @cached_property
    def _ends(self) -> tuple[Doubles, Doubles]:
        """The pulls at which the bounds are reached."""
        lowest = np.zeros(()) if isinstance(self.of, Entropy) else np.asarray(-np.inf)
        return self.of.pull_to(np.maximum(self.lower, lowest)), self.of.pull_to(np.asarray(self.upper))

    def ratio(self, pull: Doubles) -> Doubles:
        """Return the ratio inside the box, or the bound that it would cross."""
        return np.asarray(np.clip(self.of.ratio(pull), self.lower, self.upper))

    def integral(self, pull: Doubles) -> Doubles:
        """Return the integral up to the bound, and a straight line from there."""
        low, high = self._ends
        inside = np.clip(pull, low, high)
        with np.errstate(invalid="ignore"):  # an infinite bound is never crossed
            beyond = np.where(pull == inside, 0.0, self.ratio(pull) * (pull - inside))
        return self.of.integral(inside) + beyond

    def slope(self, pull: Doubles) -> Doubles:
        """Return the slope inside the box, and zero at weights that a bound holds."""
        low, high = self._ends
        return np.where((pull > low) & (pull < high), self.of.slope(pull), 0.0)


@dataclass(frozen=True)
class Logit:
    """The bounded logit distance of Deville & Sarndal (1992): ratios stay between `lower` and `upper`.

    Raises:
        ValueError: unless 0 <= lower < 1 < upper, both finite.
    """

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not 0 <= self.lower < 1 < self.upper < np.inf:
            raise ValueError(
                f"weight-ratio bounds must satisfy 0 <= lower < 1 < upper, got {self.lower}, {self.upper}"
            )

    @property
    def _steepness(self) -> float:
        """The A of the paper: makes g'(0) = 1."""
        return (self.upper - self.lower) / ((1 - self.lower) * (self.upper - 1))

    @property
    def _offset(self) -> float:
        """Log odds of the place of ratio 1 between the bounds."""
        return float(np.log((1 - self.lower) / (self.upper - 1)))

    def ratio(self, pull: Doubles) -> Doubles:
        """Return g(u) = lower + (upper - lower) * logistic(steepness * u + offset)."""
        reached = self.lower + (self.upper - self.lower) * _logistic(self._steepness * pull + self._offset)
        return np.asarray(np.minimum(reached, self.upper))  # the sum may round to just above

    def integral(self, pull: Doubles) -> Doubles:
        """Return lower * u + (1 - lower)(upper - 1) * (softplus at u - softplus at 0), safe at any u."""
        log_odds = self._steepness * pull + self._offset
        area = np.logaddexp(0.0, log_odds) - np.logaddexp(0.0, self._offset)
        return np.asarray(self.lower * pull + (1 - self.lower) * (self.upper - 1) * area)

    def slope(self, pull: Doubles) -> Doubles:
        """Return g'(u) = (upper - lower) * steepness * p (1 - p)."""
        odds = _logistic(self._steepness * pull + self._offset)
        return (self.upper - self.lower) * self._steepness * odds * (1 - odds)


UNBOUNDED: dict[str, Entropy | ChiSquare] = {"entropy": Entropy(), "chi_square": ChiSquare()}


def bounded(name: str, bounds: tuple[Bound, Bound] | None) -> Distance:
    """Return a distance by name whose ratios stay in bounds; unless they say otherwise, at least 0."""
    if bounds is None and name == "entropy":
        return UNBOUNDED[name]
    low, high = (0.0, np.inf) if bounds is None else bounds
    return Boxed(UNBOUNDED[name], np.asarray(low), np.asarray(high))


def _logistic(log_odds: Doubles) -> Doubles:
    """1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * log_odds)))
