"""Products with a CSR of records x facts: A x, A' w and the weighted Gram matrix A' diag(w) A.

scipy's own products would copy the float32 values to float64 on every call; these read them in place and add
in float64. Results are the same bytes for any number of threads (see `kernels`).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from scipy.sparse import csr_matrix

from runtime.calibration import kernels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

RECORD_RANGES = 8
"""Partial sums of A' w: enough to keep eight cores busy. Fixed, because the rounding depends on it."""

ROWS_AT_ONCE = 16
"""Rows of the Gram matrix a thread takes at a time: common facts cost far more than rare ones."""

BLOCK_ENTRIES = 2**20
"""Non-zeros of a block of records: facts visit their records one by one, so a block should fit the cache."""

SMALL_WORK = 2**17
"""Additions below which threads are not woken: waiting for one on a busy machine costs more than the work."""


def check_csr(matrix: csr_matrix) -> None:
    """Refuse a matrix the kernels would read wrongly.

    Raises:
        TypeError: not CSR, values not float32 or float64, or column indices not int32.
        ValueError: column indices unsorted or repeated within a record.
    """
    if getattr(matrix, "format", None) != "csr":
        raise TypeError(
            f"calibration needs a scipy CSR of records x facts, got {type(matrix).__name__}: call .tocsr()"
        )
    if matrix.data.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(
            f"calibration needs float32 or float64 values, got {matrix.data.dtype}: call .astype('float32')"
        )
    if matrix.indices.dtype != np.dtype(np.int32):
        raise TypeError(
            f"calibration needs int32 column indices, got {matrix.indices.dtype}: cast `matrix.indices`"
        )
    if not matrix.has_canonical_format:
        raise ValueError(
            "column indices are unsorted or repeated in some record: call matrix.sum_duplicates()"
        )


def record_ranges(indptr: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """Cut the records into `parts` ranges of about equal non-zeros; returns the (parts + 1,) bounds."""
    share = np.arange(parts + 1, dtype=np.int64) * int(indptr[-1]) // parts
    bounds = np.searchsorted(indptr, share, side="left").astype(np.int64)
    bounds[0], bounds[-1] = 0, len(indptr) - 1
    return bounds


def matvec(matrix: csr_matrix, vector: Doubles) -> Doubles:
    """Return A @ vector in float64, shape (records,), for a CSR (records, facts) and a vector (facts,)."""
    out = np.empty(matrix.shape[0])
    with _threads_for(matrix.nnz):
        kernels.times(_indptr(matrix), matrix.indices, matrix.data, _doubles(vector), out)
    return out


def rmatvec(matrix: csr_matrix, vector: Doubles, *, gross: bool = False) -> Doubles:
    """Return A.T @ vector (with `gross`, |A|.T @ vector), float64 (facts,), for a vector (records,)."""
    indptr = _indptr(matrix)
    bounds = record_ranges(indptr, RECORD_RANGES)
    partial = np.zeros((RECORD_RANGES, matrix.shape[1]))
    with _threads_for(matrix.nnz):
        kernels.transposed_times(
            bounds, indptr, matrix.indices, matrix.data, _doubles(vector), gross, partial
        )
    return np.asarray(np.add.reduce(partial, axis=0))


@dataclass(frozen=True, eq=False)
class Columns:
    """Where each fact's entries lie within one block of records of a CSR.

    Attributes:
        starts: (facts + 1,) int64; fact j has the places starts[j] to starts[j + 1] of the other two.
        records: (non-zeros,) int32 record numbers in the whole matrix, ascending within a fact.
        entries: (non-zeros,) positions in the whole matrix's values, int32 where they fit.
    """

    starts: NDArray[np.int64]
    records: NDArray[np.int32]
    entries: NDArray[np.integer[Any]]


def columns_of(matrix: csr_matrix) -> tuple[Columns, ...]:
    """Sort the positions of a CSR (records, facts) by fact, block by block: 8 bytes a non-zero."""
    indptr = _indptr(matrix)
    bounds = record_ranges(indptr, max(1, matrix.nnz // BLOCK_ENTRIES))
    return tuple(_block(matrix, indptr, int(first), int(last)) for first, last in pairwise(bounds))


def _block(matrix: csr_matrix, indptr: NDArray[np.int64], first: int, last: int) -> Columns:
    """Sort the positions of the records `first` to `last` by fact."""
    begin, end = int(indptr[first]), int(indptr[last])
    places = np.arange(begin, end, dtype=np.int32 if matrix.nnz <= np.iinfo(np.int32).max else np.int64)
    rows = (places, matrix.indices[begin:end], indptr[first : last + 1] - begin)
    by_fact = csr_matrix(rows, shape=(last - first, matrix.shape[1])).tocsc()
    records = by_fact.indices.astype(np.int32) + np.int32(first)
    return Columns(by_fact.indptr.astype(np.int64), records, by_fact.data)


def weighted_gram(matrix: csr_matrix, weights: Doubles, columns: tuple[Columns, ...]) -> Doubles:
    """Return the upper triangle of A.T diag(weights) A, shape (facts, facts), zeros below the diagonal.

    `columns` are `columns_of(matrix)`; the matrix must pass `check_csr`. No memory beside the result.
    """
    out = np.zeros((matrix.shape[1], matrix.shape[1]))
    csr, factors = (_indptr(matrix), matrix.indices, matrix.data), _doubles(weights)
    additions = matrix.nnz * matrix.nnz // max(matrix.shape[0], 1)
    with _threads_for(additions), numba.parallel_chunksize(ROWS_AT_ONCE):
        for block in columns:
            kernels.gram_rows(*csr, block.starts, block.records, block.entries, factors, out)
    return out


@contextmanager
def _threads_for(additions: int) -> Iterator[None]:
    """Run small work on the calling thread; the bytes are the same either way."""
    threads = numba.get_num_threads()
    numba.set_num_threads(threads if additions >= SMALL_WORK else 1)
    try:
        yield
    finally:
        numba.set_num_threads(threads)


def _indptr(matrix: csr_matrix) -> NDArray[np.int64]:
    """Row pointers as int64, so that each kernel is compiled once whatever scipy chose for them."""
    return np.asarray(matrix.indptr, dtype=np.int64)


def _doubles(vector: Doubles) -> Doubles:
    return np.ascontiguousarray(vector, dtype=np.float64)
