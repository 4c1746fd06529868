"""Replicates of a sample: how they are drawn, and what a variance is of what they say.

With estimate t of the whole sample and t_r of replicate r, every scheme has

    v(t) = scale * sum over r of scales_r * (t_r - t)^2

    brr         1 / R                  McCarthy 1969, Review of the ISI 37
    fay         1 / (R (1 - rho)^2)    Judkins 1990, Journal of Official Statistics 6
    jk1         (R - 1) / R            Wolter 2007, Introduction to Variance Estimation, chapter 4
    jkn         scales_r as given      the same, (n_h - 1) / n_h of the replicate's stratum
    sdr         4 / R                  Fay and Train 1995, Proc. ASA Section on Government Statistics
    bootstrap   1 / R                  Rao, Wu and Yue 1992, Survey Methodology 18

Differences are from the estimate of the whole sample, which is never smaller than from the replicates' mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Scheme:
    """What a variance is of replicates.

    Attributes:
        factors: (replicates,) what the squared difference of each counts.
        degrees: degrees of freedom of the variance.
    """

    factors: Doubles
    degrees: int

    def variance(self, estimates: Doubles, whole: Doubles | float) -> Doubles:
        """Return the variance of estimates (..., replicates) about those of the whole sample (...)."""
        found: Doubles = (estimates - np.asarray(whole)[..., None]) ** 2 @ self.factors
        return found

    def interval(self, whole: Doubles, variance: Doubles) -> tuple[Doubles, Doubles]:
        """Return the ends of the intervals of 95 percent, by Student's distribution."""
        reach = float(stdtrit(self.degrees, (1 + CONFIDENCE) / 2)) * np.sqrt(variance)
        return whole - reach, whole + reach


def scheme_of(told: Mapping[str, Any], number: int, degrees: int | None = None) -> Scheme:
    """Return the scheme of some replicates; degrees of freedom are one less than there are, at the most."""
    ones, name = np.ones(number), told["scheme"]
    if name == "jkn":
        ones = np.asarray(told["scales"], dtype=np.float64)
    scale = {
        "brr": 1 / number,
        "jk1": (number - 1) / number,
        "jkn": 1.0,
        "sdr": 4 / number,
        "bootstrap": 1 / number,
        "bootstrap_weights": 1 / number,
    }
    found = 1 / (number * (1 - told["rho"]) ** 2) if name == "fay" else scale[name]
    return Scheme(ones * found, number - 1 if degrees is None else min(degrees, number - 1))


def rescaled(strata: Integers, count: int, random: np.random.Generator) -> Doubles:
    """Return factors (units, replicates) on the weights of units: the bootstrap of Rao, Wu and Yue (1992).

    From the n_h units of stratum h as many less one are drawn with replacement; a unit that is drawn m times
    has the factor m n_h / (n_h - 1).

    Args:
        strata: (units,) the number of each unit's stratum; each has two units at least.
        count: how many replicates.
        random: where the draws come from; units of one order give the same draws.
    """
    found = np.zeros((len(strata), count))
    for stratum in np.unique(strata):
        units = np.flatnonzero(strata == stratum)
        size = len(units)
        drawn = random.multinomial(size - 1, np.full(size, 1 / size), size=count)
        found[units] = drawn.T * (size / (size - 1))
    return found
