"""What changed between two locks of a bundle, source by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.wording import listed

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
_MOST = 8


def lock_changes(before: LockedSource | None, after: LockedSource) -> list[str]:
    """Return in words what a new lock of one source changes; empty when nothing does."""
    if before is None:
        return ["new"]
    lines = _rows(before, after) + _columns(before, after)
    return lines or _facts(before, after)


def _rows(before: LockedSource, after: LockedSource) -> list[str]:
    return [] if before.rows == after.rows else [f"rows: {before.rows:,} -> {after.rows:,}"]


def _columns(before: LockedSource, after: LockedSource) -> list[str]:
    added = [name for name in after.columns if name not in before.columns]
    removed = [name for name in before.columns if name not in after.columns]
    retyped = [
        f"{name} ({before.columns[name].type} -> {column.type})"
        for name, column in after.columns.items()
        if name in before.columns and before.columns[name].type != column.type
    ]
    kinds = (("added", added), ("removed", removed), ("retyped", retyped))
    return [f"{kind}: {listed(names, _MOST)}" for kind, names in kinds if names]


def _facts(before: LockedSource, after: LockedSource) -> list[str]:
    columns = _differing(before, after)
    if columns:
        return [f"the facts of {listed(columns, _MOST)}"]
    pinned = {"sha256": "file", "licence": "licence", "locator": "locator"}
    changed = [what for key, what in pinned.items() if getattr(before, key) != getattr(after, key)]
    return [", ".join(f"the {what}" for what in changed)] if changed else []


def _differing(before: LockedSource, after: LockedSource) -> list[str]:
    return [name for name, column in after.columns.items() if before.columns.get(name) != column]
