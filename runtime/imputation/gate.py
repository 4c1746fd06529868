"""A gate: which class a row's value falls into, such as zero or not, loss or gain.

Histogram gradient boosting (Friedman 2001, "Greedy function approximation: a gradient boosting machine",
Annals of Statistics 29(5); Ke et al. 2017, "LightGBM", NeurIPS 30, for the histograms), by scikit-learn. It
takes design weights, and gives a missing predictor a branch of its own.

A gate is judged by how true its probabilities are. So before the gate is fitted to all donors it is fitted to
four fifths of them, and measured on the rest: log-loss, beside that of the classes' shares alone; and the
expected calibration error, |said - happened| over ten groups of equal size by what was said (Naeini, Cooper
and Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning", AAAI), as the mean over
classes. All of it weighted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Floats, Predictors, Rows

# Rows judged at a time: the library works on a copy in double precision.
_CHUNK = 65_536
_GROUPS = 10
_FLOOR = 1e-9


@dataclass(frozen=True, slots=True)
class Gate:
    """A fitted gate: its classes, ascending, and how true its probabilities were on unseen donors."""

    model: _Boosted
    classes: NDArray[np.int64]
    quality: dict[str, float]

    @classmethod
    def fit(cls, known: Predictors, classes: Rows, weights: Floats, rng: Generator) -> Gate:
        """Fit a gate to donors of two classes or more, each with ten donors or more; measure it first."""
        seed, held = int(rng.integers(0, 2**31)), _held_out(classes, rng)
        trial = _boosted(known[~held], classes[~held], weights[~held], seed)
        names = np.unique(classes)
        base = np.array([(weights * ~held)[classes == name].sum() for name in names])
        said = trial.probabilities(known[held])
        quality = _quality(said, base / base.sum(), names, classes[held], weights[held])
        return cls(_boosted(known, classes, weights, seed), names, quality)

    def draw(self, known: Predictors, points: Floats) -> Rows:
        """Return a class for each row: the inverse of its distribution at (m,) points in [0, 1)."""
        if not len(known):
            return np.empty(0, dtype=np.int64)
        reached = np.cumsum(self.model.probabilities(known), axis=1)
        slot = (reached <= (points * reached[:, -1])[:, None]).sum(axis=1)
        drawn: Rows = self.classes[np.minimum(slot, len(self.classes) - 1)]
        return drawn


@dataclass(frozen=True, slots=True)
class _Boosted:
    """A fitted classifier of the library, and the predictors that it was shown."""

    model: Any
    columns: NDArray[np.int64]

    def probabilities(self, known: Predictors) -> Floats:
        """Return (rows, classes)."""
        shown = _shown(known, self.columns)
        with threadpool_limits(limits=1):
            parts = [self.model.predict_proba(shown[at : at + _CHUNK]) for at in range(0, len(known), _CHUNK)]
        return np.concatenate(parts)


def _boosted(known: Predictors, classes: Rows, weights: Floats, seed: int) -> _Boosted:
    """Fit on one thread: the library adds up gradients in an order that depends on the number of threads.

    It cannot cut a predictor into bins that all miss; such a one says nothing, and is not shown.
    """
    columns = np.flatnonzero(~np.isnan(known).all(axis=0))
    model = HistGradientBoostingClassifier(
        learning_rate=0.1, max_iter=60, max_leaf_nodes=15, l2_regularization=1.0, early_stopping=False,
        random_state=seed,
    )  # fmt: skip
    with threadpool_limits(limits=1):
        model.fit(_shown(known, columns), classes, sample_weight=weights / weights.mean())
    return _Boosted(model, columns)


def _shown(known: Predictors, columns: NDArray[np.int64]) -> Predictors:
    return known[:, columns] if len(columns) else np.zeros((len(known), 1), dtype=np.float32)


def _held_out(classes: Rows, rng: Generator) -> NDArray[np.bool_]:
    """Choose a fifth of each class, and at least one of it."""
    held = np.zeros(len(classes), dtype=np.bool_)
    for name in np.unique(classes):
        members = rng.permutation(np.flatnonzero(classes == name))
        held[members[: max(1, len(members) // 5)]] = True
    return held


def _quality(
    said: Floats, base: Floats, names: NDArray[np.int64], classes: Rows, weights: Floats
) -> dict[str, float]:
    """Return log-losses and calibration error of (m, k) probabilities against m classes."""
    share = weights / weights.sum()
    own = np.searchsorted(names, classes)
    happened = (classes[:, None] == names).astype(np.float64)
    errors = [_calibration_error(said[:, k], happened[:, k], share) for k in range(len(names))]
    return {
        "logLoss": float(-(share * np.log(np.maximum(said[np.arange(len(own)), own], _FLOOR))).sum()),
        "logLossOfShares": float(-(share * np.log(np.maximum(base[own], _FLOOR))).sum()),
        "calibrationError": float(np.mean(errors)),
        "heldOut": len(classes),
    }


def _calibration_error(said: Floats, happened: Floats, share: Floats) -> float:
    groups = np.array_split(np.argsort(said, kind="stable"), _GROUPS)
    return float(sum(abs((share[g] * (said[g] - happened[g])).sum()) for g in groups))
