"""A frame as people read it: what each step did, a line each, then a table of columns an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import count, indented, table
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.facets import Change, Facet

_HEAD = ("column", "half", "type", "unit", "period", "per", "nulls", "owner", "place")
_MOST = 4


def frame_text(step: str, rows: Sequence[Facet], steps: Sequence[Change]) -> str:
    """Return the steps, where there are any, and the frame after one of them."""
    lines = [f"  {_step(change)}" for change in steps]
    lines = ["what each step did", *lines, ""] if lines else []
    lines.append(f"frame after {step}")
    for entity in dict.fromkeys(row.entity for row in rows):
        cells = [_cells(row) for row in rows if row.entity == entity]
        lines += ["", entity, *indented(_table(cells))]
    return "\n".join(clean(line) for line in lines)


def _table(cells: list[list[str]]) -> list[str]:
    """Return a table of columns, with their halves where there are halves."""
    whole = {"both", "computed"}
    kept = [n for n, name in enumerate(_HEAD) if name != "half" or any(row[n] not in whole for row in cells)]
    return table([_HEAD[n] for n in kept], [[row[n] for n in kept] for row in cells])


def _step(change: Change) -> str:
    parts = [_listed("adds", change.added), _listed("changes", change.changed)]
    said = "; ".join(part for part in parts if part) or "leaves the frame as it is"
    return f"{change.step} ({change.place}): {said}"


def _listed(does: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(names) if len(names) <= _MOST else ", ".join(names[: _MOST - 1]) + " and more"
    return f"{does} {count(len(names), 'column')}: {shown}"


def _cells(row: Facet) -> list[str]:
    period = "" if row.period is None else str(row.period)
    half = "computed" if row.computed else row.half
    nulls = "may be" if row.nullable else ""
    return [row.name, half, row.type, row.unit or "", period, row.per or "", nulls, row.owner, row.place]
