"""Identity of a table by what it says, not by who wrote it: content digest, numeric fingerprint, file digest.

Parquet bytes name the build of their writer, so the file digest changes on every upgrade. The content digest
covers, per column in declared order: name, logical type, null mask, values; then all columns and the number
of rows. Row order counts. Physical choices (compression, row groups, chunks, dictionary coding, 32- or 64-bit
string offsets, the sign of zero, the bits of a NaN) do not.
"""

from __future__ import annotations

import hashlib
import math
import sys
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from runtime.errors import StoreError
from runtime.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Values = npt.NDArray[Any]  # of the column's own type
    Table: TypeAlias = Path | pl.DataFrame | pa.Table
    Found = TypeVar("Found")

RECIPE = b"specc.content/1"
PROBABILITIES = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
_EXACT_BLOCK = 2**17  # what stays in a processor's own memory


@dataclass(frozen=True)
class Fingerprint:
    """What a column looks like in numbers, so that a difference can be told in words and not only by digest.

    `count` is rows, `nulls` absent ones, `non_finite` NaN and infinities. The rest is over finite values and
    None for columns that are not numeric or hold none; sums are exactly rounded, so they do not depend on the
    machine.
    """

    count: int
    nulls: int
    non_finite: int = 0
    total: float | None = None
    weighted_total: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    quantiles: tuple[float, ...] | None = None

    def as_json(self) -> dict[str, object]:
        """Return the known fields, ready for a manifest."""
        fields = {name: value for name, value in asdict(self).items() if value is not None}
        if self.quantiles is not None:
            fields["quantiles"] = {
                f"p{round(p * 100):02d}": q for p, q in zip(PROBABILITIES, self.quantiles, strict=True)
            }
        return fields


def content_digest(table: Table) -> str:
    """Return `sha256:<hex>` of what a table says; equal for equal tables, whoever wrote them.

    Raises:
        StoreError: a column has a nested or unknown type, or two columns share a name.
    """
    digest = hashlib.sha256(RECIPE)
    for each in _of_columns(table, _column_digest):
        digest.update(each)
    return f"sha256:{digest.hexdigest()}"


def fingerprint(table: Table, weights: Floats | None = None) -> dict[str, Fingerprint]:
    """Return one fingerprint a column, in declared order; `weights` has shape (rows,)."""
    return dict(_of_columns(table, lambda name, column: (name, _fingerprint(column, weights))))


def _of_columns(table: Table, work: Callable[[str, pa.ChunkedArray], Found]) -> list[Found]:
    """Return what the work finds of each column, in order; a file is not held in memory whole."""
    if isinstance(table, pl.DataFrame):
        # The oldest level has no string views, which older pyarrow cannot cast.
        table = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    if isinstance(table, pa.Table):
        _refuse_twins(table.column_names)
        return [work(name, column) for name, column in zip(table.column_names, table.columns, strict=True)]
    names = pq.read_schema(table).names
    _refuse_twins(names)
    return in_threads(lambda name: work(name, _read(table, name)), names)


def _read(path: Path, name: str) -> pa.ChunkedArray:
    with pq.ParquetFile(path) as file:
        # pyarrow reads `a.b` along with `a`; picking by name drops the stowaway.
        return file.read(columns=[name], use_threads=False).column(name)


def _refuse_twins(names: list[str]) -> None:
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise StoreError(f"the table has two columns named {', '.join(twins)}", remedy="rename one of them")


def _column_digest(name: str, column: pa.ChunkedArray) -> bytes:
    column = _decoded(column)
    header = f"{len(name.encode())}:{name}:{_logical_type(name, column.type)}:{len(column)}:"
    digest = hashlib.sha256(header.encode())
    digest.update(np.packbits(_to_numpy(column.is_null())).data)
    for part in _canonical_values(column):
        digest.update(part.data)
    return digest.digest()


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Spell dictionary codes out: coding is a storage choice, and writers disagree about it."""
    is_coded = pa.types.is_dictionary(column.type)
    return column.cast(column.type.value_type) if is_coded else column


def _logical_type(name: str, kind: pa.DataType) -> str:
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "string"
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return "binary"
    if types.is_primitive(kind) or types.is_decimal(kind) or types.is_null(kind):
        return str(kind)
    raise StoreError(
        f"column `{name}` has type {kind}, which has no content digest",
        remedy="store flat columns: numbers, text, dates",
    )


def _canonical_values(column: pa.ChunkedArray) -> list[Values]:
    """Return the arrays whose bytes say the values: one for fixed width, lengths and bytes for text."""
    kind = column.type
    if pa.types.is_null(kind):
        return []
    if pa.types.is_boolean(kind):
        return [np.packbits(_filled(column, False))]
    if pa.types.is_floating(kind):
        return [_canonical_floats(column)]
    if pa.types.is_integer(kind):
        return [_little_endian(_filled(column, 0))]
    if pa.types.is_temporal(kind):
        width = pa.int32() if kind.bit_width == 32 else pa.int64()
        return [_little_endian(_filled(_whole(column).view(width), 0))]
    # A decimal is written out: its width in bytes is the writer's choice.
    return _canonical_text(column.cast(pa.string()) if pa.types.is_decimal(kind) else column)


def _canonical_floats(column: pa.ChunkedArray) -> Values:
    absent = _to_numpy(column.is_null())
    values = _to_numpy(column) + 0.0  # turns -0.0 into 0.0, and copies
    values[np.isnan(values)] = np.nan
    values[absent] = 0.0
    return _little_endian(values)


def _canonical_text(column: pa.ChunkedArray) -> list[Values]:
    filled = pl.Series(column.cast(pa.large_binary())).fill_null(b"")
    array = filled.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = array.buffers()
    if len(array) == 0 or data is None:
        return [np.zeros(len(array), "<i8")]
    ends = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return [_little_endian(np.diff(ends)), np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]]


def _little_endian(values: Values) -> Values:
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


# By polars: pyarrow imports pandas to turn an array into numpy's or a value into its own, in every process.
def _to_numpy(column: pa.ChunkedArray | pa.Array) -> Values:
    """Return the values, absent ones as NaN."""
    values: Values = pl.Series(column).to_numpy()
    return values


def _filled(column: pa.ChunkedArray | pa.Array, value: int) -> Values:
    """Return the values, absent ones as the given one."""
    values: Values = pl.Series(column).fill_null(value).to_numpy()
    return values


def _fingerprint(column: pa.ChunkedArray, weights: Floats | None) -> Fingerprint:
    kind = column.type
    plain = Fingerprint(len(column), column.null_count)
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        return plain
    values = _to_numpy(pc.cast(column, pa.float64(), safe=False))  # nulls are NaN
    usable = np.isfinite(values)
    if usable.all():  # and no copies are made
        return _described(plain, values, weights)
    plain = replace(plain, non_finite=len(values) - plain.nulls - int(usable.sum()))
    return _described(plain, values[usable], None if weights is None else weights[usable])


def _described(plain: Fingerprint, values: Floats, weights: Floats | None) -> Fingerprint:
    if values.size == 0:
        return plain
    ordered = np.sort(values)
    # The inverted distribution function (Hyndman and Fan 1996, definition 1): only values that occur, no
    # interpolation.
    ranks = [max(math.ceil(p * values.size) - 1, 0) for p in PROBABILITIES]
    lowest, highest, *quantiles = (float(ordered[rank]) + 0.0 for rank in (0, -1, *ranks))  # zero has no sign
    return replace(
        plain,
        total=exact_sum(values),
        weighted_total=None if weights is None else exact_sum(values * weights),
        minimum=lowest,
        maximum=highest,
        quantiles=tuple(quantiles),
    )


def exact_sum(values: Floats) -> float:
    """Return the correctly rounded sum of finite values: `math.fsum`, many times faster on long columns.

    The leading bits of all values that remain are added in float64, cut off where that is exact (Rump, Ogita
    and Oishi 2008, "Accurate floating-point summation part I", ExtractVector), until nothing remains.
    """
    blocks = (values[start : start + _EXACT_BLOCK] for start in range(0, values.size, _EXACT_BLOCK))
    return math.fsum(part for block in blocks for part in _exact_parts(block))


def _exact_parts(values: Floats) -> Iterator[float]:
    """Yield numbers whose exact sum is that of the values."""
    rest = values[values != 0.0]
    while rest.size:
        largest = max(float(rest.max()), -float(rest.min()))
        power = math.frexp(largest)[1] + rest.size.bit_length() + 1
        if power >= sys.float_info.max_exp or not math.isfinite(largest):
            yield from rest.tolist()
            return
        cut = math.ldexp(1.0, power)
        leading = (rest + cut) - cut
        yield float(leading.sum())
        rest -= leading
        rest = rest[rest != 0.0]
