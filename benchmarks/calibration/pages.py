"""The tables of what was measured, in Markdown."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.calibration.measure import Row

Columns = dict[str, tuple[str, str]]

SIZE: Columns = {"records": ("records", "{:,}"), "facts": ("facts", "{:,}")}
SOLVER: Columns = {"solver": ("name", "{}")}
COST: Columns = {
    "seconds": ("seconds", "{:.1f}"),
    "CPU s": ("cpu", "{:.1f}"),
    "memory MB": ("memory", "{:,.0f}"),
}
FIT: Columns = {
    "mean error": ("mean_error", "{:.2%}"),
    "within 1 %": ("within_1", "{:.1%}"),
    "5 %": ("within_5", "{:.1%}"),
    "10 %": ("within_10", "{:.1%}"),
}
WEIGHTS: Columns = {
    "ESS kept": ("ess_kept", "{:.1%}"),
    "ratio p1": ("ratio_p1", "{:.2f}"),
    "p99": ("ratio_p99", "{:.2f}"),
    "max": ("ratio_max", "{:,.0f}"),
}


def table(rows: Iterable[Row], columns: Columns) -> str:
    """Return rows as a table; one that failed says of what."""
    head = f"| {' | '.join(columns)} |\n| {' | '.join('---' for _ in columns)} |"
    return "\n".join([head, *(_line(row, columns) for row in rows)])


def _line(row: Row, columns: Columns) -> str:
    row = {**row, "name": _name(row)}
    if "failed" in row:
        return f"| {row['name']}: {row['failed']} |" + " |" * (len(columns) - 1)
    return f"| {' | '.join(form.format(row[key]) for key, form in columns.values())} |"


def _name(row: Mapping[str, Any]) -> str:
    said = ", ".join(f"{name} {value:g}" for name, value in row["options"].items())
    return f"{row['solver']}, {said or 'as it comes'}"


def machine() -> str:
    """Return what was measured on and with."""
    packages = ("numba", "numpy", "scipy", "torch", "microcalibrate", "l0-python")
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.cpu_count()} cores ({platform.machine()}), {versions}; load at the end {loads}."


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(none)"
