"""Several draws, one answer: Rubin's rules for a statistic estimated on each of several imputed frames.

Rubin 1987, "Multiple imputation for nonresponse in surveys", chapter 3; degrees of freedom for a sample of
finite size: Barnard and Rubin 1999, "Small-sample degrees of freedom with multiple imputation", Biometrika
86(4). With estimates q_i and their variances u_i of m draws:

    estimate   q = mean of q_i
    within     w = mean of u_i
    between    b = sum of (q_i - q)^2 / (m - 1)
    total      t = w + (1 + 1/m) b

What the statistic is does not matter, as long as it is about normal and its variance is that of one frame in
which nothing had been imputed: weights and the design of the survey belong into that variance.

The rules are right for draws that are proper: each from a fit of its own, to another sample of donors that
could have been. Draws from one fit understate `between`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Pooled:
    """What several draws say together.

    Attributes:
        estimate: mean of the draws' estimates.
        within: mean of their variances: what is uncertain because a sample was asked.
        between: variance of the estimates: what is uncertain because values were drawn.
        total: variance of the estimate.
        draws: how many there were.
        degrees: degrees of freedom of the interval; infinite where draws do not differ and no others are
            known.
        missing_information: share of the information on the estimate that is missing (Rubin's lambda-hat with
            his correction for finite degrees of freedom), in [0, 1].
    """

    estimate: float
    within: float
    between: float
    total: float
    draws: int
    degrees: float
    missing_information: float

    @property
    def error(self) -> float:
        """The standard error of the estimate."""
        return math.sqrt(self.total)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the interval that holds the truth with a probability, by Student's distribution.

        Raises:
            ValueError: the probability is not between 0 and 1.
        """
        if not 0 < confidence < 1:
            raise ValueError(f"confidence is {confidence}: give a probability between 0 and 1, such as 0.95")
        reach = float(stdtrit(self.degrees, (1 + confidence) / 2)) * self.error
        return self.estimate - reach, self.estimate + reach


def combine(
    estimates: Sequence[float], variances: Sequence[float], *, complete_degrees: float = math.inf
) -> Pooled:
    """Pool estimates of one statistic, one from each draw, by Rubin's rules.

    Args:
        estimates: the statistic on each imputed frame.
        variances: the variance of each, as if nothing had been imputed: with weights and design.
        complete_degrees: degrees of freedom that the statistic would have without anything missing, such as
            clusters less strata; infinite for large samples. Degrees never exceed it (Barnard and Rubin).

    Raises:
        ValueError: fewer than two draws, not as many variances as estimates, a number that is not finite, a
            negative variance, or degrees of freedom that are not positive.
    """
    found, uncertain = _checked("estimates", estimates), _checked("variances", variances)
    if len(found) != len(uncertain):
        raise ValueError(f"{len(found)} estimates have {len(uncertain)} variances: give one each")
    if len(found) < 2:
        raise ValueError("one draw says nothing of how draws differ: give at least two")
    if (uncertain < 0).any():
        raise ValueError(f"variances: {uncertain.min()} is negative; give squares of standard errors")
    if not complete_degrees > 0:
        raise ValueError(f"complete_degrees is {complete_degrees}: give a positive number, or infinity")
    within, between = float(uncertain.mean()), float(found.var(ddof=1))
    extra = (1 + 1 / len(found)) * between
    total = within + extra
    share = extra / total if total else 0.0
    return Pooled(
        estimate=float(found.mean()), within=within, between=between, total=total, draws=len(found),
        degrees=_degrees(len(found), share, complete_degrees),
        missing_information=_missing(len(found), share),
    )  # fmt: skip


def _checked(what: str, numbers: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = np.asarray(numbers, dtype=np.float64)
    if found.ndim != 1:
        raise ValueError(f"{what} must be a list of numbers, one a draw, not of shape {found.shape}")
    if not np.isfinite(found).all():
        odd = int(np.flatnonzero(~np.isfinite(found))[0])
        raise ValueError(f"{what}: number {odd} is {found[odd]}; each has to be finite")
    return found


def _degrees(draws: int, share: float, complete: float) -> float:
    """Return Rubin's degrees of freedom, made smaller by those of the complete sample (Barnard and Rubin)."""
    rubin = math.inf if share == 0 else (draws - 1) / share**2
    if math.isinf(complete):
        return rubin
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    if observed == 0:
        return rubin
    return observed if math.isinf(rubin) else 1 / (1 / rubin + 1 / observed)


def _missing(draws: int, share: float) -> float:
    """Return the fraction of missing information (Rubin 1987, equation 3.1.10)."""
    if share in (0.0, 1.0):
        return share
    ratio, rubin = share / (1 - share), (draws - 1) / share**2
    return (ratio + 2 / (rubin + 3)) / (ratio + 1)
