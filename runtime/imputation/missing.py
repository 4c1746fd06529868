"""What it means that donors lack a target: those who have it beside all, once what lacks was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.content import exact_sum
from runtime.imputation.quality import shares

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.imputation.protocol import Floats

    Mask = npt.NDArray[np.bool_]

Said = dict[str, Any]


def incomplete(donors: pl.DataFrame, targets: list[str]) -> list[str]:
    """Return the targets that some donor lacks: first what fewest lack, among equals in their order."""
    lacking = {name: donors[name].null_count() for name in targets}
    return sorted((name for name in targets if lacking[name]), key=lambda name: lacking[name])


def sensitivity(
    before: pl.DataFrame,
    after: pl.DataFrame,
    weights: Floats,
    targets: list[str],
    delta: Mapping[str, float] | None = None,
) -> Said:
    """Compare, target by target, those who have it with all of `after`.

    Args:
        before: donors as they are, null where they lack a target.
        after: the same donors completed.
        weights: (donors,) of `after`.
        targets: those that some donor lacks.
        delta: by target, what is said of those who lack it: so much more, as a share, than was drawn.

    Returns:
        By target, the share (weighted) that lacks it; under `complete` the mean of those who have it, or the
        share of each value of a text or truth value; under `imputed` that of all; under `drawn` that of those
        who lacked it; under `delta` what it would be.
    """
    return {name: _compared(before[name], after[name], weights, (delta or {}).get(name)) for name in targets}


def _compared(had: pl.Series, has: pl.Series, weights: Floats, shift: float | None) -> Said:
    lacked = had.is_null().to_numpy()
    whole = exact_sum(weights)
    share = exact_sum(weights[lacked]) / whole if whole > 0 else 0.0
    found: Said = {
        "missing": int(lacked.sum()),
        "missing_share": share,
        "complete": described(has, weights, ~lacked),
        "imputed": described(has, weights, np.ones(len(weights), dtype=np.bool_)),
        "drawn": described(has, weights, lacked),
    }
    if shift is not None:
        found["delta"] = {"by": shift, **_shifted(found, share, shift, is_share=has.dtype == pl.Boolean)}
    return found


def _shifted(found: Said, share: float, shift: float, *, is_share: bool) -> Said:
    """Return the mean if those who lacked it had so much more; a share stays one."""
    mean = {side: found[side].get("mean") for side in ("complete", "drawn")}
    if mean["complete"] is None or mean["drawn"] is None:
        return {}
    moved = mean["drawn"] * (1 + shift)
    moved = min(max(moved, 0.0), 1.0) if is_share else moved
    return {"mean": (1 - share) * mean["complete"] + share * moved}


def described(values: pl.Series, weights: Floats, chosen: Mask) -> Said:
    """Return rows and weighted mean of some; of text the share of each category."""
    some, own = values.filter(pl.Series(chosen)), weights[chosen]
    total = exact_sum(own)
    found: Said = {"rows": some.len()}
    if total <= 0:
        return found
    if values.dtype.is_numeric() or values.dtype == pl.Boolean:
        numbers = some.cast(pl.Float64).to_numpy()
        return {**found, "mean": exact_sum(numbers * own) / total}
    return {**found, "shares": shares(some, own)}
