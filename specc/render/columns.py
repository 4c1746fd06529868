"""Tables in plain text, and numbers and durations as people read them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SENSELESS = 100
_SCALES = ((1e12, "trn"), (1e9, "bn"), (1e6, "m"))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> list[str]:
    """Return the lines of a table, two spaces between columns; those named in `right` stand at the right."""
    rule = ["-" * size for size in _widths([head, *rows])]
    return aligned([head, rule, *rows], [name in right for name in head])


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool] = ()) -> list[str]:
    """Return a line a row, its cells below those of the other rows; at the right where `right` says so."""
    widths = _widths(rows)
    sides = right or [False] * len(widths)
    return [_line(row, widths, sides) for row in rows]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]


def _line(row: Sequence[str], widths: Sequence[int], sides: Sequence[bool]) -> str:
    cells = []
    for cell, size, right in zip(row, widths, sides, strict=True):
        space = " " * (size - width(cell))
        cells.append(space + cell if right else cell + space)
    return "  ".join(cells).rstrip()


def indented(lines: Sequence[str], by: int = 2) -> list[str]:
    """Return lines moved to the right."""
    return [" " * by + line if line else line for line in lines]


def width(text: str) -> int:
    """Return how many terminal cells a text takes: East Asian wide characters take two, accents none."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def duration(seconds: float) -> str:
    """Return a duration in its natural unit: `0.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(count: float) -> str:
    """Return a number of bytes in its natural unit: `900 KiB`, `1.5 GiB`."""
    for scale, unit in ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if count >= scale:
            value = count / scale
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return f"{count:.0f} B"


def amount(value: float, unit: str) -> str:
    """Return an amount in words of its size: `$2.109 trn`, `64.0 bn`."""
    sign, dollars = "-" if value < 0 else "", "$" if unit == "currency-USD" else ""
    for scale, word in _SCALES:
        if abs(value) >= scale:
            digits = 3 if scale == 1e12 else 1
            return f"{sign}{dollars}{abs(value) / scale:,.{digits}f} {word}"
    return f"{sign}{dollars}{abs(value):,.0f}"


def percent(share: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """Return a share as a percentage; a dash where there is none to tell."""
    if share is None or share != share:  # noqa: PLR0124 - NaN
        return "-"
    return f"{share * 100:+,.{digits}f} %" if signed else f"{share * 100:,.{digits}f} %"


def miss(error: float | None) -> str:
    """Return a relative error; a dash for none (a benchmark of zero), a bound for one beyond any sense."""
    if error is None or abs(error) < _SENSELESS:
        return percent(error, signed=True)
    return f"> {percent(_SENSELESS, 0)}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 node`, `21 nodes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
