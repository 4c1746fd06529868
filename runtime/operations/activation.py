"""What becomes of flagged households, clones mostly, band by band of a number such as income."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.operations.fits import half

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.frames import FrameReader

    Doubles = npt.NDArray[np.float64]
    Booleans = npt.NDArray[np.bool_]

Row = dict[str, Any]


def activation(
    reader: FrameReader,
    rule: Mapping[str, Any],
    weights: Doubles,
    start: Doubles,
    flags: Mapping[str, Booleans],
) -> dict[str, list[Row]]:
    """Return by flag a row a band: how many flagged households are active, their weight, and their shares.

    Raises:
        NodeFailed: the banded number is missing for a household.
    """
    values = evaluate(reader, "household", {"by": f"({rule['by']})::DOUBLE"})["by"]
    missing = values.null_count() + int(values.is_nan().sum())
    if missing:
        raise NodeFailed(
            f"`activation` has no value for {missing} of {values.len()} households",
            remedy="say what it is there, as in coalesce(..., 0)",
        )
    banded = np.digitize(values.to_numpy(), rule["bands"])
    ends = [-math.inf, *rule["bands"], math.inf]
    return {
        flag: [_row(ends[at : at + 2], banded == at, chosen, weights, start) for at in range(len(ends) - 1)]
        for flag, chosen in flags.items()
    }


def _row(ends: list[float], band: Booleans, chosen: Booleans, weights: Doubles, start: Doubles) -> Row:
    low, high = (end if math.isfinite(end) else None for end in ends)
    told = half(weights, chosen & band)
    return {
        "from": low,
        "below": high,
        "households": told["households"],
        "active_households": told["active_households"],
        "weight": float(weights[chosen & band].sum()),
        "share": _share(weights, chosen, band),
        "start_share": _share(start, chosen, band),
    }


def _share(weights: Doubles, chosen: Booleans, band: Booleans) -> float | None:
    """Return what flagged households are of the weight of a band, None of a band without weight."""
    whole = float(weights[band].sum())
    return float(weights[chosen & band].sum()) / whole if whole else None
