"""Rare cells: how much of a small group a draw keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.metrics.shapes import mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats

    Flags = NDArray[np.bool_]

_Z = 1.959963984540054  # the normal quantile at 97.5 %


@dataclass(frozen=True, slots=True)
class RareCell:
    """One cell: shares of all weight, their ratio with a 95 % interval, and how few records that rests on.

    `ratio`, `low` and `high` are None where nobody is truly in the cell.
    """

    true_records: int
    true_share: float
    drawn_share: float
    ratio: float | None
    low: float | None
    high: float | None


def rare_cell(truth: Flags, imputed: Flags, weights: Floats) -> RareCell:
    """Return the share of weight in a cell, drawn over true.

    Shares, sum w [in] / sum w, and not counts, so that sides of different sizes compare; the drawn one is
    averaged over draws. The interval is Wilson's for the drawn share (1927, JASA 22(158)) over the true one,
    which is taken as it is; the number of trials is Kish's effective number of records, (sum w)^2 / sum w^2
    (1965, "Survey Sampling"), whatever the number of draws: draws of one record are no new records.

    Args:
        truth: (m,) who truly is in the cell.
        imputed: (draws, m) who is by what was drawn.
        weights: (m,) not negative, with a positive sum.
    """
    true = float(mean(truth.astype(np.float64), weights))
    drawn = float(mean(imputed.mean(axis=0), weights))
    low, high = wilson(drawn, float(weights.sum() ** 2 / (weights**2).sum()))
    bounds = (None, None, None) if true == 0 else (drawn / true, low / true, high / true)
    return RareCell(int(truth.sum()), true, drawn, *bounds)


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    centre, shrunk = share + _Z**2 / (2 * trials), 1 + _Z**2 / trials
    half = _Z * math.sqrt(max(share * (1 - share), 0.0) / trials + _Z**2 / (4 * trials**2))
    # At the ends the bound is the share itself, but for rounding.
    low = 0.0 if share <= 0 else (centre - half) / shrunk
    return low, 1.0 if share >= 1 else (centre + half) / shrunk
