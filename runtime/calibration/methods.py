"""The method of a calibration as a plan names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.calibration.distance import Entropy, Logit
from runtime.calibration.dual import DualOptions

if TYPE_CHECKING:
    from collections.abc import Mapping


def options(method: Mapping[str, Any]) -> DualOptions:
    """Return how to solve, from a method's parameters."""
    distance = Logit(*method["bounds"]) if method["distance"] == "logit" else Entropy()
    return DualOptions(penalty=method["penalty"], distance=distance)
