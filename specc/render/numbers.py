"""The numbers of a variable after each step of a run, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.render.columns import amount, indented, table
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEAD = ("after", "of", "rows", "missing", "weighted total", "mean", "10 %", "median", "90 %", "highest")
_QUANTILES = ("p10", "p50", "p90", "maximum")


def numbers_text(run: Path, rows: Sequence[dict[str, Any]], unit: str | None) -> str:
    """Return a line a step and half: how many rows, what they come to by the weight of then, how they spread.

    Quantiles are of rows, not weighted.
    """
    if not rows:
        return f"in {run}: nothing is stored of it; it is computed where it is read"
    lines = table(_HEAD, [_line(row, unit or "") for row in rows], _HEAD[2:])
    return "\n".join([f"in {run}, with the weight that stands after the step", *map(clean, indented(lines))])


def _line(row: dict[str, Any], unit: str) -> list[str]:
    figures = [row["weighted_total"], mean_of(row), *(row[name] for name in _QUANTILES)]
    missing = f"{row['nulls']:,}" if row["nulls"] else "-"
    counts = [f"{row['rows']:,}", missing]
    return [row["node"], row["half"], *counts, *(figure(value, unit) for value in figures)]


def mean_of(row: dict[str, Any]) -> float | None:
    """Return the weighted mean of a row of numbers, None where there is no weight or no value."""
    if row["weighted_total"] is None or not row["weight_sum"]:
        return None
    mean: float = row["weighted_total"] / row["weight_sum"]
    return mean


def figure(value: float | None, unit: str) -> str:
    """Return a number in few characters; a dash where there is none."""
    if value is None:
        return "-"
    return amount(value, unit) if abs(value) >= 1000 or value == 0 else f"{value:.4g}"
