"""Layouts: what a publisher documents of the columns of a file that nobody can fetch where a spec is written.

A CSV in a sub-folder of the bundle with the columns `column,type,low,high,codes,label`; `codes` holds
`CODE=MEANING` pairs with `; ` between them. Lines that begin with `#` at the top say where it is from.
"""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from compiler.beside import place_of
from compiler.catalog.lock import LockedColumn
from compiler.diagnostics import Diagnostic, Span
from compiler.expressions.values import NUMBERS, type_of_sql
from compiler.syntax.reader import MAX_BYTES, file_bytes, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from compiler.load import Read
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source

HEADER = ("column", "type", "low", "high", "codes", "label")
_HEADER = f"begin with the line `{','.join(HEADER)}`"

Columns = dict[str, LockedColumn]


def layouts_of(source: Definition[Source]) -> dict[str, tuple[str, Span]]:
    """Return the layouts of a source's tables by the tables' names, each with the place that names it."""
    spec, found = source.spec, {}
    if spec.layout is not None:
        found[source.name] = (spec.layout, source.at("layout"))
    for name, join in spec.join.items():
        if join.layout is not None:
            found[f"{source.name}.{name}"] = (join.layout, source.at("join", name, "layout"))
    return found


def folder_of(source: Definition[Source], folder: Path) -> Path:
    """Return the folder that the layouts of a source start from: that of the bundle that declares it."""
    return place_of(folder, source.bundle) if source.bundle else folder


def read_layout(
    folder: Path, path: str, place: Span, read: Read = file_bytes
) -> tuple[Columns | None, list[Diagnostic]]:
    """Return the documented columns, None where the layout is not in order; say what is wrong with it."""
    file = folder / path
    if refused := refusal(file, folder.resolve()):
        why, help_ = refused if file.exists() else ("is not there", "put the layout there, in the bundle")
        return None, [Diagnostic("SPC209", f"`{path}` {why}", place, help_)]
    try:
        data = read(file)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [Diagnostic("SPC209", f"`{path}` is not UTF-8", place, "write it in UTF-8")]
    if len(data) > MAX_BYTES:
        message = f"`{path}` is larger than {MAX_BYTES:,} bytes, the most that is read"
        return None, [Diagnostic("SPC209", message, place, "leave out the columns that nothing reads")]
    columns: Columns = {}
    found = list(_problems(text, file.as_posix(), columns))
    return (None if found else columns), found


def _problems(text: str, file: str, columns: Columns) -> Iterator[Diagnostic]:
    """Fill the columns; yield what is wrong, line by line."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(next((row for row in rows if not "".join(row[:1]).startswith("#")), ())) != HEADER:
            yield Diagnostic("SPC209", "a layout has another header", Span(file), _HEADER)
            return
        for row in rows:
            place = Span(file, rows.line_num, 1, rows.line_num, 1)
            if fault := _fault(row, columns):
                yield Diagnostic("SPC209", fault[0], place, fault[1])
            else:
                column = _column(row)
                columns[column.name] = column
    except csv.Error as error:
        place = Span(file, rows.line_num, 1, rows.line_num, 1)
        yield Diagnostic("SPC209", f"this line is no CSV: {error}", place, "close the quotes")
        return
    if not columns:
        yield Diagnostic("SPC209", "the layout names no column", Span(file), "write a line a column")


def _fault(row: list[str], columns: Columns) -> tuple[str, str] | None:
    """Return what is wrong with a line and what to write instead."""
    if len(row) != len(HEADER):
        return f"the line has {len(row)} fields", f"write {len(HEADER)}, in quotes where a comma is inside"
    name, kind, low, high, codes, _ = row
    if not name.strip() or name.lower() in {known.lower() for known in columns}:
        return (
            f"`{name}` stands twice" if name.strip() else "the column has no name"
        ), "name each column once"
    if type_of_sql(kind) == "unknown":
        return f"`{kind}` is no type of a column", "write BIGINT, DOUBLE, VARCHAR, BOOLEAN or DATE"
    if type_of_sql(kind) in NUMBERS and (None in (_number(low), _number(high))):
        return f"`{low}` to `{high}` is no range of numbers", "write numbers, or leave them empty"
    if any("=" not in pair for pair in _pairs(codes)):
        return f"the codes of `{name}` are no pairs", "write `CODE=MEANING; CODE=MEANING`"
    return None


def _number(text: str) -> float | None:
    """Return a bound, NaN where there is none, and None where it is no finite number."""
    try:
        number = float(text) if text else math.nan
    except ValueError:
        return None
    return None if math.isinf(number) or (text and math.isnan(number)) else number


def _pairs(codes: str) -> list[str]:
    return [pair for pair in codes.split("; ") if pair]


def _column(row: list[str]) -> LockedColumn:
    name, kind, low, high, codes, _ = row
    lowest, highest = _bound(kind, low), _bound(kind, high)
    return LockedColumn(name, kind, 0, lowest, highest, _domain(lowest, highest, codes))


def _bound(kind: str, text: str) -> float | str | None:
    if not text:
        return None
    return float(text) if type_of_sql(kind) in NUMBERS else text


def _domain(low: float | str | None, high: float | str | None, codes: str) -> tuple[int, ...] | None:
    """Return the codes where they are all there can be: one for each whole number of the range."""
    keys = [pair.partition("=")[0].strip() for pair in _pairs(codes)]
    if not keys or not isinstance(low, float) or not isinstance(high, float):
        return None
    if not all(key.removeprefix("-").isdecimal() for key in keys):
        return None
    known = sorted({int(key) for key in keys})
    whole = known[0] == low and known[-1] == high and len(known) == high - low + 1
    return tuple(known) if whole else None


def check_layouts(
    sources: dict[str, Definition[Source]], documented: dict[str, Columns], folder: Path, read: Read
) -> list[Diagnostic]:
    """Say what is wrong with the layouts of sources, and which changed since a lock was made of them.

    `documented` are the columns of the locks that were made of a layout, by table.
    """
    found: list[Diagnostic] = []
    for source in sources.values():
        for table, (path, place) in layouts_of(source).items():
            columns, problems = read_layout(folder_of(source, folder), path, place, read)
            found += problems
            if columns is not None and documented.get(table, columns) != columns:
                message = f"`{table}` was locked from another state of `{path}`"
                help_ = "run `specc sources lock` on the bundle and commit sources.lock"
                found.append(Diagnostic("SPC702", message, place, help_))
    return list(dict.fromkeys(found))
