"""Cells of records, told by ranges of targets and predictors: how much of a small one a draw keeps."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation import metrics
from runtime.imputation.trials.scored import Score, mean_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats
    from runtime.imputation.trials.scored import Scored

    Flags = NDArray[np.bool_]


def rare_cells(it: Scored) -> Score:
    """Compare the share of weight in each cell, drawn over true."""
    rows, misses = [], []
    for name, ranges in it.settings["rare_cells"].items():
        true, drawn = in_cell(it, ranges)
        cell = asdict(metrics.rare_cell(true, drawn, it.weights))
        rows += [{"target": name, "part": part, "value": value} for part, value in cell.items()]
        misses += [] if cell["ratio"] is None else [cell["ratio"] - 1]
    return Score(mean_size(np.array(misses, dtype=np.float64)), tuple(rows))


def in_cell(it: Scored, ranges: Mapping[str, Mapping[str, float]]) -> tuple[Flags, Flags]:
    """Return (m,) who truly is in a cell, and (draws, m) who is by what was drawn."""
    true, drawn = np.ones(len(it.truth), dtype=bool), np.ones(it.drawn.shape[:2], dtype=bool)
    for name, bounds in ranges.items():
        was, now = column(it, name)
        limits = dict(bounds)
        if "top" in limits:
            limits["at_least"] = max(
                _top(was, it.weights, limits.pop("top")), limits.get("at_least", -math.inf)
            )
        true, drawn = true & _within(was, limits), drawn & _within(now, limits)
    return true, drawn


def column(it: Scored, name: str) -> tuple[Floats, Floats]:
    """Return (m,) a target or predictor as it is, and (draws, m) as drawn; a predictor is what it is."""
    if name in it.names:
        at = it.names.index(name)
        return it.truth[:, at], it.drawn[:, :, at]
    known = it.known[:, it.known_names.index(name)]
    return known, np.broadcast_to(known, it.drawn.shape[:2])


def _top(values: Floats, weights: Floats, share: float) -> float:
    there = ~np.isnan(values)
    if not there.any():
        return math.inf
    return float(
        metrics.weighted_quantiles(values[there][:, None], weights[there], np.array([1 - share]))[0, 0]
    )


def _within(values: Floats, limits: Mapping[str, float]) -> Any:  # noqa: ANN401 - flags of any shape
    """Return which values lie within all bounds; a missing one lies within none."""
    compare = {"at_least": np.greater_equal, "above": np.greater, "at_most": np.less_equal, "below": np.less}
    return np.logical_and.reduce([compare[bound](values, limit) for bound, limit in limits.items()])
