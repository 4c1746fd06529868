"""The shapes that scores take, and the weighted mean that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats


def mean(values: Floats, weights: Floats) -> Floats:
    """Return the weighted mean over rows, sum w y / sum w."""
    found: Floats = np.average(values, axis=0, weights=weights)
    return found


def check(truth: Floats, imputed: Floats, weights: Floats) -> None:
    """Refuse arrays that are not truth (m, t), imputed (draws, m, t) and weights (m,).

    Raises:
        ValueError: they are not.
    """
    if truth.ndim != 2 or imputed.ndim != 3 or imputed.shape[1:] != truth.shape or len(weights) != len(truth):
        raise ValueError(
            f"expected truth (m, t), imputed (draws, m, t) and weights (m,), "
            f"not {truth.shape}, {imputed.shape} and {weights.shape}",
        )
