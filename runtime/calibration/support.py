"""Which records carry which facts, and how facts are called in messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

ENTRIES_AT_ONCE = 2**22
"""Non-zeros looked at together: bounds the memory of a count whatever the size of the matrix."""


def carriers(matrix: csr_matrix) -> NDArray[np.int64]:
    """Return the number of distinct records with a non-zero contribution to each fact, shape (facts,).

    The matrix must hold each (record, fact) once; stored zeros do not count.
    """
    counts = np.zeros(matrix.shape[1], dtype=np.int64)
    for begin in range(0, len(matrix.data), ENTRIES_AT_ONCE):
        entries = slice(begin, begin + ENTRIES_AT_ONCE)
        facts = matrix.indices[entries][matrix.data[entries] != 0]
        counts += np.bincount(facts, minlength=len(counts))
    return counts


def first(culprits: NDArray[np.bool_]) -> int | None:
    """Return the index of the first True, or None."""
    return int(np.argmax(culprits)) if np.any(culprits) else None


def fact_label(names: tuple[str, ...] | None, fact: int) -> str:
    """Return how messages call a fact: its index, and its name where there is one."""
    return f"fact {fact}" if names is None else f"fact {fact} ({names[fact]})"


def describe_quantiles(values: NDArray[np.floating[Any]], shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return the quantiles of `values` at `shares`; NaN for no values at all."""
    if values.size == 0:
        return tuple(float("nan") for _ in shares)
    return tuple(float(value) for value in np.quantile(values, shares))
