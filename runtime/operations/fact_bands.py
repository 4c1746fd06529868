"""Bands of facts: half-open, without gap or overlap, open at the top, save where a spec says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.fact_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INFINITY = float("inf")


class _Gap(NamedTuple):
    """A range that no band covers, between two bands or above the last; upside down it is an overlap."""

    lower: float
    upper: float
    beside: pl.DataFrame


def bands_meet(labels: list[str], uncovered: Sequence[Sequence[float | None]], facts: pl.DataFrame) -> None:
    """Check the bands of every family, place and category, totals aside.

    Raises:
        NodeFailed: bands overlap, or leave a range out that is not declared; one is declared, but covered.
    """
    declared = {(low, _INFINITY if high is None else high) for low, high in uncovered}
    seen: set[tuple[float | None, float]] = set()
    banded = facts.filter(pl.col("lower").is_not_null())
    inner = banded.filter((pl.col("lower") != -_INFINITY) | (pl.col("upper") != _INFINITY))
    for key, group in inner.group_by(["family", "place", *labels], maintain_order=True):
        for gap in _gaps(group.sort("lower", "upper")):
            if (gap.lower, gap.upper) not in declared:
                raise _refused(" ".join(str(part) for part in key if part is not None), gap)
            seen.add((gap.lower, gap.upper))
    for lower, upper in sorted(declared - seen, key=str):
        raise NodeFailed(
            f"`uncovered` names [{lower:g}, {upper:g}), but no bands leave that out",
            remedy="remove it, or mend its ends",
        )


def _gaps(ordered: pl.DataFrame) -> Iterator[_Gap]:
    uppers, lowers = ordered["upper"].to_list(), ordered["lower"].to_list()
    for number, (upper, lower) in enumerate(zip(uppers, [*lowers[1:], _INFINITY], strict=True)):
        if upper != lower:
            yield _Gap(upper, lower, ordered.slice(number, 2))


def _refused(name: str, gap: _Gap) -> NodeFailed:
    where = rows_of(gap.beside)
    if gap.upper == _INFINITY:
        message = f"the bands of {name} end at {gap.lower:,.15g} ({where}): nothing is open at the top"
        remedy = (
            f"let the last one end at 'inf'::double, or add `uncovered: [{{lower: {gap.lower:.15g}, ...}}]`"
        )
        return NodeFailed(message, remedy=remedy)
    ends = f"that end at {gap.lower:,.15g} and begin at {gap.upper:,.15g} ({where})"
    if gap.lower > gap.upper:
        remedy = "mend `bands:` so that each ends where the next begins"
        return NodeFailed(f"an overlap between the bands of {name} {ends}", remedy=remedy)
    remedy = f"mend `bands:`, or add `uncovered: [{{lower: {gap.lower:.15g}, upper: {gap.upper:.15g}, ...}}]`"
    return NodeFailed(f"a gap between the bands of {name} {ends}", remedy=remedy)
