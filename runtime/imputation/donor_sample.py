"""A sample of donors that keeps the top: a plain one would put a ceiling on what recipients can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.content import exact_sum
from runtime.imputation.metrics import weighted_quantiles

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Rows


@dataclass(frozen=True, slots=True)
class DonorSample:
    """What was chosen.

    Attributes:
        rows: row numbers of the donors, ascending.
        weights: (n,) their weights: as they were at the top, scaled in the rest so that its total is kept.
        top: how many were kept for being at the top.
        threshold: the least amount at the top; None where nobody is kept.
    """

    rows: Rows
    weights: Floats
    top: int
    threshold: float | None


def sample_donors(
    weights: Floats, records: int, share: float, by: Floats | None, rng: Generator
) -> DonorSample:
    """Return `records` donors: all at or above a weighted quantile, the rest drawn evenly.

    Donors of weight zero, which nobody can be given, are left out. With no more donors than `records`, all
    are kept as they are.

    Args:
        weights: (n,) not negative.
        records: number of donors to return.
        share: weighted share of the top, in (0, 1).
        by: (n,) the amount that says who is at the top; None keeps nobody.
        rng: source of randomness.

    Raises:
        ValueError: the top alone has more donors than `records`, or leaves no place for the rest; an amount
            is infinite or not a number.
    """
    odd = 0 if by is None else int((~np.isfinite(by)).sum())
    if odd:
        raise ValueError(f"the amount that tells the top is not finite for {odd} donors")
    heavy = np.flatnonzero(weights > 0)
    mine = weights[heavy]
    threshold = None if by is None else _threshold(by[heavy], mine, share)
    is_top = np.zeros(len(heavy), dtype=np.bool_) if by is None else by[heavy] >= (threshold or 0.0)
    if len(heavy) <= records:
        return DonorSample(heavy, mine, int(is_top.sum()), threshold)
    rest = np.flatnonzero(~is_top)
    places = records - int(is_top.sum())
    if places < 1:
        raise ValueError(
            f"{int(is_top.sum())} of {len(heavy)} donors are at or above {threshold:g}, the top to keep, "
            f"which leaves no place for the rest among {records} records",
        )
    drawn = rng.choice(rest, size=places, replace=False)
    scaled = mine.copy()
    scaled[drawn] *= exact_sum(mine[rest]) / exact_sum(mine[drawn])
    chosen = np.sort(np.concatenate([np.flatnonzero(is_top), drawn]))
    return DonorSample(heavy[chosen], scaled[chosen], int(is_top.sum()), threshold)


def _threshold(amounts: Floats, weights: Floats, share: float) -> float:
    return float(weighted_quantiles(amounts[:, None], weights, np.array([1.0 - share]))[0, 0])
