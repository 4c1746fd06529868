"""Donors and recipients of any size, made of the real tax units: for time and memory, not for scores.

Rows beyond those of the file are real tax units again, their amounts moved by a normal 2 % so that no two are
alike. Targets beyond those of the file are real ones again, times a lognormal factor a row (sigma 0.3):
zeros, signs and tails stay, and no two columns are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.seeds import stream

from . import data
from .data import Units

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.imputation.protocol import Floats

# Predictors that are amounts: wages, both businesses, farm, unemployment, social security.
_AMOUNTS = slice(5, 11)


def enlarged(path: Path, donors: int, recipients: int, targets: int) -> tuple[Units, Units]:
    """Return donors of 2012 and recipients of 2014 in these numbers, the targets in one block."""
    giving, taking = data.across_years(path, None, None)
    return _as_many(giving, donors, targets, "donors"), _as_many(taking, recipients, 0, "recipients")


def _as_many(units: Units, rows: int, targets: int, name: str) -> Units:
    rng = stream(0, "benchmark", "enlarged", name)
    held = len(units.weights)
    again = rng.integers(0, held, size=max(0, rows - held))
    chosen = np.concatenate([rng.permutation(held)[:rows], again])
    predictors = units.predictors[chosen]
    predictors[held:, _AMOUNTS] *= rng.normal(1.0, 0.02, size=(len(again), 6)).astype(np.float32)
    return Units(predictors, {"all": _widened(units, chosen, targets, rng)}, units.weights[chosen])


def _widened(units: Units, chosen: np.ndarray, targets: int, rng: np.random.Generator) -> Floats:
    real = np.hstack(list(units.blocks.values()))
    wide = np.empty((len(chosen), targets))
    for number in range(targets):
        wide[:, number] = real[chosen, number % real.shape[1]]
        if number >= real.shape[1]:
            wide[:, number] *= rng.lognormal(0.0, 0.3, size=len(chosen))
    return wide
