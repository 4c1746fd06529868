"""Source facts from `sources.lock` beside a bundle: columns, types, ranges, codes. Lint opens no data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.syntax.reader import refusal

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "sources.lock"
LOCK_FORMAT = 2


@dataclass(frozen=True, slots=True)
class LockedColumn:
    """One column of a file: its SQL type, how many nulls it has, its range, and its codes when they are few.

    All of it is of the rows that the source's `where` keeps. `codes` are the distinct values, sorted, without
    null; None where there are too many of them, or too long ones.
    """

    name: str
    type: str
    nulls: int
    low: float | str | None
    high: float | str | None
    codes: tuple[str | float | bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class LockedSource:
    """One file as it was when it was locked; `locator` is where it was retrieved from.

    `sha256` is what tells the file from others: with `!MEMBER` for a member of an archive, one digest of all
    for several files, `none:LOCATOR` for what nothing pins. Of a `documented` one nobody has seen the file:
    types, ranges and codes are those of its layout, and how many rows there are is not known.
    """

    sha256: str
    licence: str
    locator: str
    rows: int
    columns: dict[str, LockedColumn]
    documented: bool = False


def read_lock(folder: Path) -> dict[str, LockedSource]:
    """Return the locked sources of a bundle by name; empty when nothing has been locked yet.

    Raises:
        ValueError: the lock is not one that this version understands, or leads out of the folder.
    """
    path = folder / LOCK_NAME
    if not path.exists() and not path.is_symlink():
        return {}
    if refused := refusal(path, folder.resolve()):
        raise ValueError(f"it {refused[0]}")
    return parse_lock(path.read_text(encoding="utf-8"))


def parse_lock(text: str) -> dict[str, LockedSource]:
    """Return the sources that the text of a lock holds, by name.

    Raises:
        ValueError: the lock is not one that this version understands.
    """
    document = json.loads(text)
    found = document.get("format") if isinstance(document, dict) else None
    if found != LOCK_FORMAT:
        raise ValueError(f"its format is {found}, this version reads {LOCK_FORMAT}")
    try:
        return {name: _source(entry) for name, entry in document["sources"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it was edited by hand or cut short ({error!r})") from error


def _source(entry: dict[str, Any]) -> LockedSource:
    columns = {name: _column(name, *facts) for name, facts in entry["columns"].items()}
    facts = (entry["sha256"], entry["licence"], entry["locator"], entry["rows"])
    return LockedSource(*facts, columns, documented=entry.get("documented", False))


def _column(
    name: str, kind: str, nulls: int, low: float | str | None, high: float | str | None,
    codes: list[str | float | bool] | None = None,
) -> LockedColumn:  # fmt: skip
    return LockedColumn(name, kind, nulls, low, high, None if codes is None else tuple(codes))


def render_lock(sources: dict[str, LockedSource]) -> str:
    """Return the text of a lock: one line a column, so that a diff shows which columns changed."""
    blocks = [_render_source(name, source) for name, source in sorted(sources.items())]
    head = f'{{"format": {LOCK_FORMAT}, "sources": {{\n'
    return head + ",\n".join(blocks) + "\n}}\n"


def _render_source(name: str, source: LockedSource) -> str:
    facts = {key: getattr(source, key) for key in ("sha256", "licence", "locator", "rows")}
    facts |= {"documented": True} if source.documented else {}
    head = "".join(f"    {_text(key)}: {_text(value)},\n" for key, value in facts.items())
    rows = ",\n".join(f"      {_text(c.name)}: {_text(_facts(c))}" for c in source.columns.values())
    return f'  {_text(name)}: {{\n{head}    "columns": {{\n{rows}}}}}'


def _facts(column: LockedColumn) -> list[Any]:
    """Return what a line says; without the codes where there are too many, which keeps the file small."""
    known = [column.type, column.nulls, column.low, column.high]
    return known if column.codes is None else [*known, list(column.codes)]


def _text(value: object) -> str:
    return json.dumps(value, allow_nan=False)
