"""Shares and totals of targets: weighted statistics of all draws beside those of the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.metrics.shapes import check, mean

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats


@dataclass(frozen=True, slots=True)
class ZeroShares:
    """Weighted share of exact zeros, (t,) each; `error` is imputed minus truth."""

    truth: Floats
    imputed: Floats
    error: Floats


def zero_shares(truth: Floats, imputed: Floats, weights: Floats) -> ZeroShares:
    """Return the weighted shares of exact zeros, sum w [y = 0] / sum w; the imputed, averaged over draws.

    Of targets alone: predictors are not drawn, and would only dilute an average.
    """
    check(truth, imputed, weights)
    true = mean((truth == 0).astype(np.float64), weights)
    drawn = mean((imputed == 0).mean(axis=0), weights)
    return ZeroShares(true, drawn, drawn - true)


def total_errors(truth: Floats, imputed: Floats, weights: Floats) -> Floats:
    """Return (t,) (imputed total - true total) / |true total|, totals being sum w y, averaged over draws.

    Raises:
        ValueError: a target whose true total is zero has no relative error; the message names the column.
    """
    check(truth, imputed, weights)
    true = weights @ truth
    if (true == 0).any():
        raise ValueError(f"truth: the weighted total of column {int(np.argmax(true == 0))} is zero")
    error: Floats = (weights @ imputed.mean(axis=0) - true) / np.abs(true)
    return error


def tail_shares(values: Floats, weights: Floats, tops: Floats) -> Floats:
    """Return (tops, t) the share of sum w max(y, 0) that the weighted share `top` of records holds.

    Records stand in order of the amount, the greatest first; the one on the edge of the top counts for the
    part of its weight that lies inside, so that this is one minus the Lorenz curve of max(y, 0) at 1 - top
    (Lorenz 1905; interpolated linearly within a record). NaN where nobody has a positive amount.

    Args:
        values: (m, t).
        weights: (m,) not negative, with a positive sum.
        tops: (tops,) in (0, 1].
    """
    return np.column_stack([_tail(column, weights, tops) for column in values.T])


def _tail(column: Floats, weights: Floats, tops: Floats) -> Floats:
    order = np.argsort(-column, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(weights[order])])
    held = np.concatenate([[0.0], np.cumsum((weights * np.maximum(column, 0.0))[order])])
    if held[-1] <= 0:
        return np.full(len(tops), np.nan)
    share: Floats = np.interp(tops * mass[-1], mass, held) / held[-1]
    return share
