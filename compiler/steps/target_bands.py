"""Bands of a target: what can be said of them before the table is opened."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target
    from compiler.steps.target_table import Table

_MEND = "write bounds that differ, the lower one first"


def uncovered(target: Definition[Target]) -> list[list[float | None]]:
    """Return the ranges that no band covers; None stands for no end."""
    bands = target.spec.bands
    return [] if bands is None else [[float(gap.lower), _open(gap.upper)] for gap in bands.uncovered]


def _open(bound: float | None) -> float | None:
    return None if bound is None or math.isinf(bound) else float(bound)


def check_bands(context: Context, target: Definition[Target], table: Table) -> None:
    """Say where bands cannot cover what they divide: empty, or closed at the top."""
    bands = target.spec.bands
    if bands is None:
        return
    lower, upper = _bound(bands.lower), _bound(bands.upper)
    place = target.at("bands", "upper")
    if str(bands.lower) == str(bands.upper) or (lower is not None and upper is not None and lower >= upper):
        message = f"a band from {bands.lower} to {bands.upper} is empty"
        context.say("SPC611", message, place, _MEND)
        return
    top = upper if upper is not None else _highest(table, bands.upper)
    if top is not None and top < math.inf and not any(_open(gap.upper) is None for gap in bands.uncovered):
        message = f"the bands end at {top:,.15g}: nothing is open at the top"
        help_ = f"let the last one end at inf, or add `uncovered: [{{lower: {top:.15g}, note: ...}}]`"
        context.say("SPC611", message, place, help_)
    _check_gaps(context, target)


def _check_gaps(context: Context, target: Definition[Target]) -> None:
    for number, gap in enumerate(target.spec.bands.uncovered if target.spec.bands else ()):
        if gap.upper is not None and gap.lower >= gap.upper:
            message = f"the range from {gap.lower:g} to {gap.upper:g} is empty"
            context.say("SPC611", message, target.at("bands", "uncovered", number, "upper"), _MEND)


def _bound(expression: str | int) -> float | None:
    """Return the bound that a constant stands for; None where it depends on the row."""
    text = str(expression).lower().replace(" ", "").removesuffix("::double").strip("'")
    try:
        return float(text)
    except ValueError:
        return None


def _highest(table: Table, expression: str | int) -> float | None:
    """Return the highest value of a column, whatever rows are chosen of it; None where nobody knows."""
    column: Any = table.column(expression)
    if column is None or column.high is None or column.type in ("VARCHAR", "BOOLEAN"):
        return None
    return float(column.high)
