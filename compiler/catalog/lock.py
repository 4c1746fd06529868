"""Source facts from `sources.lock` beside a bundle: columns, types, rows, ranges. Lint opens no data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "sources.lock"
LOCK_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LockedColumn:
    """One column of a file: its SQL type, how many nulls it has, and its range."""

    name: str
    type: str
    nulls: int
    low: float | str | None
    high: float | str | None


@dataclass(frozen=True, slots=True)
class LockedSource:
    """One file as it was when it was locked."""

    sha256: str
    rows: int
    columns: dict[str, LockedColumn]


def read_lock(folder: Path) -> dict[str, LockedSource]:
    """Return the locked sources of a bundle by name; empty when nothing has been locked yet.

    Raises:
        ValueError: the lock is not one that this version understands.
    """
    path = folder / LOCK_NAME
    if not path.is_file():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    found = document.get("format") if isinstance(document, dict) else None
    if found != LOCK_FORMAT:
        raise ValueError(f"its format is {found}, this version reads {LOCK_FORMAT}")
    try:
        return {name: _source(entry) for name, entry in document["sources"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it was edited by hand or cut short ({error!r})") from error


def _source(entry: dict[str, Any]) -> LockedSource:
    columns = {name: LockedColumn(name, *facts) for name, facts in entry["columns"].items()}
    return LockedSource(entry["sha256"], entry["rows"], columns)


def render_lock(sources: dict[str, LockedSource]) -> str:
    """Return the text of a lock: one line a column, so that a diff shows which columns changed."""
    blocks = [_render_source(name, source) for name, source in sorted(sources.items())]
    head = f'{{"format": {LOCK_FORMAT}, "sources": {{\n'
    return head + ",\n".join(blocks) + "\n}}\n"


def _render_source(name: str, source: LockedSource) -> str:
    rows = [
        f"    {json.dumps(c.name)}: {json.dumps([c.type, c.nulls, c.low, c.high])}"
        for c in source.columns.values()
    ]
    head = f'  {json.dumps(name)}: {{"sha256": "{source.sha256}", "rows": {source.rows}, "columns": {{\n'
    return head + ",\n".join(rows) + "}}"
