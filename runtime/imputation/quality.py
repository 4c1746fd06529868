"""How what was drawn compares with what donors have: zeros, quantiles, and how often each was used."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.content import exact_sum
from runtime.imputation.metrics import weighted_quantiles

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from runtime.imputation.encoding import TargetCodes
    from runtime.imputation.protocol import Floats

PROBABILITIES = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
_USES = (1, 2, 5, 10, 20, 50, 100)
Quality = dict[str, Any]


def quality(targets: TargetCodes, given: Floats, weights: Floats, drawn: Floats) -> Quality:
    """Return, target by target, donors (weighted as the model was) beside what recipients got (each once).

    Args:
        targets: how they are told; of text, the share of each category is returned.
        given: (donors, targets), in the targets' units.
        weights: (donors,).
        drawn: (recipients, targets).
    """
    even = np.ones(len(drawn))
    found: Quality = {}
    side: Callable[[Floats, Floats], Quality]
    for name, theirs, ours in zip(targets.types, given.T, drawn.T, strict=True):
        side = partial(_shares, targets.categories[name]) if name in targets.categories else summary
        found[name] = {"donors": side(theirs, weights), "recipients": side(ours, even)}
    return found


def _shares(categories: tuple[str, ...], codes: Floats, weights: Floats) -> Quality:
    total = exact_sum(weights)
    if len(codes) == 0 or total <= 0:
        return {"rows": len(codes)}
    shares = {name: exact_sum(weights[codes == code]) / total for code, name in enumerate(categories)}
    return {"rows": len(codes), "shares": shares}


def shares(column: pl.Series, weights: Floats) -> dict[str, float]:
    """Return the share of each category among the rows that have one, in the order of the alphabet."""
    table = pl.DataFrame({"name": column.cast(pl.String), "weight": weights}).drop_nulls()
    total = exact_sum(table["weight"].to_numpy())
    parts = table.partition_by("name", as_dict=True)
    sums = {str(name): exact_sum(part["weight"].to_numpy()) for (name,), part in parts.items()}
    return {name: sums[name] / total for name in sorted(sums)} if total > 0 else {}


def summary(values: Floats, weights: Floats) -> Quality:
    """Return rows, mean, share of zeros and of negative values, and quantiles; of nobody only the rows."""
    total = exact_sum(weights)
    if len(values) == 0 or total <= 0:
        return {"rows": len(values)}
    quantiles = weighted_quantiles(values[:, None], weights, np.array(PROBABILITIES))[:, 0]
    return {
        "rows": len(values),
        "mean": exact_sum(values * weights) / total,
        "zeroShare": exact_sum(weights[values == 0]) / total,
        "negativeShare": exact_sum(weights[values < 0]) / total,
        "quantiles": {
            f"p{round(p * 100):02d}": float(q) for p, q in zip(PROBABILITIES, quantiles, strict=True)
        },
    }


def donor_use(donors: npt.NDArray[np.int64], available: int) -> Quality:
    """Return how many donors gave, how often the busiest did, and donors by number of uses.

    `byUses` counts the donors that gave more often than the bound before, up to this one; null is none.
    """
    uses = np.bincount(donors, minlength=available)
    bounds = [0, *_USES]
    groups = [
        [high, int(((uses > low) & (uses <= high)).sum())] for low, high in zip(bounds, _USES, strict=False)
    ]
    used = uses[uses > 0]
    squares = exact_sum(used.astype(np.float64) ** 2)
    return {
        "available": available,
        "used": len(used),
        "most": int(used.max(initial=0)),
        "effective": exact_sum(used.astype(np.float64)) ** 2 / squares if squares else 0.0,
        "byUses": [*groups, [None, int((uses > _USES[-1]).sum())]],
    }
