"""The method of a calibration as a plan names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.calibration.distance import Boxed, ChiSquare, Entropy, Logit
from runtime.calibration.dual import DualOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.calibration.distance import Distance

    Bound = float | npt.NDArray[np.float64]

UNBOUNDED: dict[str, Entropy | ChiSquare] = {"entropy": Entropy(), "chi_square": ChiSquare()}


def options(method: Mapping[str, Any]) -> DualOptions:
    """Return how to solve, from a method's parameters."""
    name: str = method["distance"]
    distance = Logit(*method["bounds"]) if name == "logit" else bounded(name, method.get("bounds"))
    return DualOptions(penalty=method["penalty"], distance=distance)


def bounded(name: str, bounds: tuple[Bound, Bound] | None) -> Distance:
    """Return a distance by name whose ratios stay in bounds; unless they say otherwise, at least 0."""
    if bounds is None and name == "entropy":
        return UNBOUNDED[name]
    low, high = (0.0, np.inf) if bounds is None else bounds
    return Boxed(UNBOUNDED[name], np.asarray(low), np.asarray(high))
