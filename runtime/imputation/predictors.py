"""How predictors of recipients compare with those of donors: what a broken harmonisation changes.

A model carries over what it has learnt as long as a predictor means the same on both sides. Where a code
means something else, an amount is in another unit, or somebody else is the reference person, the two
distributions stand apart. Donors are weighted as the model was; recipients count once each.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.content import exact_sum
from runtime.imputation.encoding import is_text
from runtime.imputation.quality import shares, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.imputation.protocol import Floats

Comparison = dict[str, Any]


def compared(
    names: Sequence[str], donors: pl.DataFrame, weights: Floats, recipients: pl.DataFrame
) -> Comparison:
    """Return, predictor by predictor, donors beside recipients and the standardised difference of the two.

    Of a number it is the difference of means over the root of the average variance (Austin 2009, "Balance
    diagnostics for comparing the distribution of baseline covariates", Statistics in Medicine 28(25)). Of
    text it is that of the category for which it is greatest, which is named; a category is an indicator.

    It is None where neither side varies and they differ, or where a side has no value at all.

    Args:
        names: of the predictors.
        donors: (n,) rows.
        weights: (n,) of the donors.
        recipients: (m,) rows.
    """
    even = np.ones(recipients.height)
    return {
        name: (_text if is_text(donors.schema[name]) else _number)(
            (donors[name], weights), (recipients[name], even)
        )
        for name in names
    }


def _number(donors: tuple[pl.Series, Floats], recipients: tuple[pl.Series, Floats]) -> Comparison:
    sides = [_known(*side) for side in (donors, recipients)]
    said = [
        {**summary(*side), "missingShare": _missing(*given)}
        for side, given in zip(sides, (donors, recipients), strict=True)
    ]
    (ours, spread), (theirs, other) = (_moments(*side) for side in sides)
    return {
        "donors": said[0],
        "recipients": said[1],
        "standardisedDifference": _apart(theirs - ours, (spread + other) / 2),
    }


def _text(donors: tuple[pl.Series, Floats], recipients: tuple[pl.Series, Floats]) -> Comparison:
    sides = [shares(*side) for side in (donors, recipients)]
    said = [
        {"rows": side[0].len() - side[0].null_count(), "shares": each, "missingShare": _missing(*side)}
        for side, each in zip((donors, recipients), sides, strict=True)
    ]
    names = sorted({**sides[0], **sides[1]}) if all(sides) else []
    apart = {name: _of_category(*(side.get(name, 0.0) for side in sides)) for name in names}
    most = max(names, key=lambda name: inf if (one := apart[name]) is None else abs(one), default=None)
    return {
        "donors": said[0],
        "recipients": said[1],
        "standardisedDifference": None if most is None else apart[most],
        **({} if most is None else {"mostApart": most}),
    }


def _known(column: pl.Series, weights: Floats) -> tuple[Floats, Floats]:
    """Return the values that are there, and their weights."""
    numbers = column.cast(pl.Float64).to_numpy()
    there = np.isfinite(numbers)
    return numbers[there], weights[there]


def _moments(values: Floats, weights: Floats) -> tuple[float, float]:
    """Return mean and variance; not a number where there is nobody."""
    total = exact_sum(weights)
    if total <= 0:
        return float("nan"), float("nan")
    mean = exact_sum(values * weights) / total
    return mean, exact_sum((values - mean) ** 2 * weights) / total


def _missing(column: pl.Series, weights: Floats) -> float | None:
    """Return the share of rows without a value."""
    total = exact_sum(weights)
    return exact_sum(weights[column.is_null().to_numpy()]) / total if total > 0 else None


def _of_category(donors: float, recipients: float) -> float | None:
    return _apart(recipients - donors, (donors * (1 - donors) + recipients * (1 - recipients)) / 2)


def _apart(difference: float, variance: float) -> float | None:
    if difference == 0:
        return 0.0
    # Not a number where a side is empty.
    return difference / float(np.sqrt(variance)) if variance > 0 else None
