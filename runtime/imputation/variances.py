"""The variance of a weighted total, or of a ratio of two, as if nothing had been imputed.

Households are what was sampled: with replacement, so far as anybody knows, each with its weight. With z_h the
weighted amount of household h, and n households of positive weight,

    v(total) = n / (n - 1) * sum of (z_h - mean of z)^2

and for a ratio a / b the same of z_h = (a_h - a / b * b_h) / b (Taylor linearisation; Wolter 2007,
"Introduction to Variance Estimation", chapter 6). What a design gains by strata, and calibration by what it
knows of totals, is not in it: of totals that weights were calibrated to it is too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.content import exact_sum

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats, Rows


@dataclass(frozen=True, slots=True)
class Estimated:
    """An estimate, its variance, and its degrees of freedom: households less one."""

    estimate: float
    variance: float
    degrees: int


def of_total(amounts: Floats, households: Rows, weights: Floats) -> Estimated:
    """Estimate a weighted total.

    Args:
        amounts: (rows,) each times its weight.
        households: (rows,) the household of each, as its row in `weights`.
        weights: (households,).
    """
    found = by_household(amounts, households, len(weights))
    return Estimated(exact_sum(amounts), *_variance(found, weights))


def of_ratio(amounts: Floats, divisors: Floats, households: Rows, weights: Floats) -> Estimated:
    """Estimate the ratio of two weighted totals; arguments as those of `of_total`.

    Raises:
        ZeroDivisionError: the divisors add up to zero.
    """
    total = exact_sum(divisors)
    ratio = exact_sum(amounts) / total
    found = by_household((amounts - ratio * divisors) / total, households, len(weights))
    return Estimated(ratio, *_variance(found, weights))


def by_household(amounts: Floats, households: Rows, count: int) -> Floats:
    """Return the sum of the amounts of each household."""
    found: Floats = np.bincount(households, weights=amounts, minlength=count).astype(np.float64)
    return found


def _variance(amounts: Floats, weights: Floats) -> tuple[float, int]:
    """Return the variance and its degrees of freedom; nobody knows any of a single household."""
    own = amounts[weights > 0]
    if len(own) < 2:
        return 0.0, 0
    return len(own) / (len(own) - 1) * exact_sum((own - exact_sum(own) / len(own)) ** 2), len(own) - 1
