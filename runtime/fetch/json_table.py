"""A table published as JSON, as Parquet: objects in a list, lists by column, or columns beside rows."""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from typing import TYPE_CHECKING, Any, NoReturn

import polars as pl

from runtime.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

    Columns = dict[str, list[Any]]

_GZIP = b"\x1f\x8b"
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[\]{]|\{\s*[\"}])")
_LOOKED_AT = 4096
# Bytes of text. Python holds about ten times as much of it; what is larger is published as something else.
MOST = 128 * 2**20
_INTEGERS = range(-(2**63), 2**63)
_KINDS = {bool: "truth values", int: "numbers", float: "numbers", str: "text", list: "lists", dict: "objects"}
_SHAPES = (
    "write it as [{COLUMN: VALUE, ...}, ...], {COLUMN: [VALUE, ...], ...} "
    "or {columns: [...], data: [[...], ...]}"
)


def is_json(path: Path) -> bool:
    """Tell whether a file, plain or gzipped, begins as a table in JSON does; no CSV begins so."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, _LOOKED_AT)
        except zlib.error:
            return False
    return _BEGINNING.match(head) is not None


def json_to_parquet(path: Path, name: str, most: int = MOST) -> None:
    """Rewrite a table in JSON as Parquet, its rows and columns in their order.

    Whole numbers, numbers, truth values and texts are columns of that type; an `index` beside rows is the
    last column.

    Raises:
        FetchError: it is longer than `most` bytes of text, damaged, of no shape that is known, or a column
            holds several kinds of values, lists or objects.
    """
    try:
        found = json.loads(_text(path, name, most), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError, EOFError, OSError, zlib.error) as error:
        raise _refused(name, f"is no valid JSON: {error}", "fetch it anew, or mend it") from error
    columns = _columns(found, name)
    draft = path.with_name(path.name + ".parquet")
    pl.DataFrame({column: _series(column, values, name) for column, values in columns.items()}).write_parquet(
        draft
    )
    draft.replace(path)


def _text(path: Path, name: str, most: int) -> str:
    with path.open("rb") as plain:
        is_compressed = plain.read(2) == _GZIP
        plain.seek(0)
        with gzip.open(plain) if is_compressed else plain as file:
            read = file.read(most + 1)
    if len(read) > most:
        raise _refused(name, f"is JSON of more than {most:,} bytes", "turn it into CSV or Parquet")
    return read.decode("utf-8-sig")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise ValueError(f"`{twice}` stands twice in one object")
    return found


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number; a missing value is null")


def _columns(found: object, name: str) -> Columns:
    """Return lists by column, whatever the shape."""
    if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
        names = dict.fromkeys(key for row in found for key in row)
        columns = {key: [row.get(key) for row in found] for key in names}
    elif isinstance(found, dict) and found.keys() - {"index"} == {"columns", "data"}:
        columns = _beside_rows(found["columns"], found["data"], name) | _index(found, name)
    elif isinstance(found, dict) and found and all(isinstance(values, list) for values in found.values()):
        columns = found
    else:
        raise _refused(name, "is JSON, but no table", _SHAPES)
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        few, many = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        message = f"has {lengths[few]} values of `{few}` and {lengths[many]} of `{many}`"
        raise _refused(name, message, "give every column a value a row, null where there is none")
    if not columns:
        raise _refused(name, "is JSON without any column", _SHAPES)
    return columns


def _beside_rows(names: object, rows: object, name: str) -> Columns:
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _refused(name, "has `columns` that are no list of names", _SHAPES)
    if len(set(names)) < len(names):
        twice = next(each for each in names if names.count(each) > 1)
        raise _refused(name, f"has two columns `{twice}`", "rename one")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise _refused(name, "has `data` that is no list of rows", _SHAPES)
    odd = next((at for at, row in enumerate(rows, 1) if len(row) != len(names)), None)
    if odd is not None:
        message = f"has {len(names)} columns, but {len(rows[odd - 1])} values in row {odd}"
        raise _refused(name, message, "give every row a value a column, null where there is none")
    return {column: [row[at] for row in rows] for at, column in enumerate(names)}


def _index(found: dict[str, Any], name: str) -> Columns:
    """Return what numbers the rows, where something does."""
    if "index" not in found:
        return {}
    if not isinstance(found["index"], list) or "index" in found["columns"]:
        raise _refused(
            name, "has an `index` that is no list of its own", "leave it out, or rename the column"
        )
    return {"index": found["index"]}


def _series(column: str, values: list[Any], name: str) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    held = sorted({_KINDS[kind] for kind in kinds})
    if len(held) > 1 or kinds & {list, dict}:
        raise _refused(name, f"holds {' and '.join(held)} in `{column}`", "keep one kind of plain values")
    if kinds == {int} and not all(value is None or value in _INTEGERS for value in values):
        raise _refused(name, f"holds a whole number beyond 64 bits in `{column}`", "write it as text")
    if float in kinds and not all(value is None or math.isfinite(value) for value in values):
        raise _refused(name, f"holds a number too large for any computer in `{column}`", "mend it")
    return pl.Series(column, values, dtype=_dtype(kinds))


def _dtype(kinds: set[type]) -> Any:  # noqa: ANN401 - polars'
    """Return the type of a column by what it holds; one without any value is text, as of a CSV."""
    if float in kinds:
        return pl.Float64
    return {bool: pl.Boolean, int: pl.Int64, str: pl.String}[next(iter(kinds), str)]


def _refused(name: str, what: str, remedy: str) -> FetchError:
    return FetchError(f"the file of {name} {what}", place=name, remedy=remedy, kind="no-table")
