"""The three loops over a CSR that calibration spends its time in, compiled, parallel and reproducible.

Every sum is either one thread's, in the order of the records, or runs over a fixed number of record ranges
that are added in a fixed order; so the bytes of a result do not depend on the number of threads. For the
same reason none is compiled with fastmath: reassociation is what we must forbid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Doubles = NDArray[np.float64]
    Places = NDArray[np.integer[Any]]

_Kernel = TypeVar("_Kernel", bound="Callable[..., object]")


def _compiled(function: _Kernel) -> _Kernel:
    """Compile for all threads; `cache` keeps the machine code on disk for the next process."""
    return cast("_Kernel", numba.njit(parallel=True, cache=True)(function))


def one_thread(function: _Kernel) -> _Kernel:
    """Compile for the calling thread: for loops whose order is their meaning."""
    return cast("_Kernel", numba.njit(cache=True)(function))


@_compiled
def times(indptr: Places, indices: Places, data: Numbers, vector: Doubles, out: Doubles) -> None:
    """Write A @ vector, shape (records,), into `out`: each record is one sequential sum."""
    for record in numba.prange(len(indptr) - 1):
        total = 0.0
        for entry in range(indptr[record], indptr[record + 1]):
            total += data[entry] * vector[indices[entry]]
        out[record] = total


@_compiled
def transposed_times(
    bounds: Places,
    indptr: Places,
    indices: Places,
    data: Numbers,
    vector: Doubles,
    gross: bool,  # noqa: FBT001 - compiled functions take arguments by position
    partial: Doubles,
) -> None:
    """Add A.T @ vector over each record range of `bounds` into its row of `partial`, (parts, facts) of zeros.

    With `gross`, of the absolute values of A.
    """
    for part in numba.prange(len(bounds) - 1):
        for record in range(bounds[part], bounds[part + 1]):
            factor = vector[record]
            for entry in range(indptr[record], indptr[record + 1]):
                value = np.abs(data[entry]) if gross else data[entry]
                partial[part, indices[entry]] += value * factor


@_compiled
def gram_rows(  # noqa: PLR0913, PLR0917 - compiled functions take plain arrays, not the CSR they make up
    indptr: Places,
    indices: Places,
    data: Numbers,
    column_starts: Places,
    records: Places,
    entries: Places,
    weights: Doubles,
    out: Doubles,
) -> None:
    """Add the upper triangle of A.T diag(weights) A of a block of records to `out`, (facts, facts).

    One thread owns a row of the result: it walks the records that carry the row's fact, each from that fact's
    own entry on, so it writes to one row that fits its cache, and no partial results exist. (Adding whole
    records into a square of each thread's own was four times slower at 4,000 facts: nearly every addition
    missed the cache.)
    """
    for fact in numba.prange(out.shape[0]):
        for place in range(column_starts[fact], column_starts[fact + 1]):
            entry, record = entries[place], records[place]
            scaled = data[entry] * weights[record]
            for right in range(entry, indptr[record + 1]):
                out[fact, indices[right]] += scaled * data[right]
