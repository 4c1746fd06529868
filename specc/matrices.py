"""What `calibrate` is given, as the solver takes it: a matrix, and numbers in the order of its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix, issparse

from compiler.suggest import did_you_mean
from specc.dataframes import is_pandas, names_of, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Doubles = npt.NDArray[np.float64]

_MOST = np.iinfo(np.int32).max


def is_frame(matrix: object) -> bool:
    """Tell whether a thing is a frame of polars or pandas."""
    return isinstance(matrix, (pl.DataFrame, pl.LazyFrame)) or is_pandas(matrix)


def matrix_from(matrix: Any) -> csr_matrix:  # noqa: ANN401 - whatever holds numbers in rows and columns
    """Return a CSR (records, facts) with int32 indices; float32 values stay so, all others are float64.

    Raises:
        ValueError: it has not two dimensions, values that are no numbers, or more than 2^31 - 1 non-zeros.
    """
    if is_frame(matrix):
        frame = read(matrix, names_of(matrix, "matrix"), "matrix")
        missing = next((name for name in frame.columns if frame[name].null_count()), None)
        if missing is not None:
            raise ValueError(f"matrix: column `{missing}` has missing values; fill them with what they add")
        matrix = frame.cast(pl.Float64).to_numpy()
    shape = np.shape(matrix)
    if len(shape) != 2:
        raise ValueError(f"matrix: it has the shape {shape}; records x facts have two dimensions")
    found = csr_matrix(matrix, copy=issparse(matrix) and not _is_ready(matrix))
    if found.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        found = found.astype(np.float64)
    if found.nnz > _MOST:
        raise ValueError(
            f"matrix: {found.nnz:,} non-zeros are more than {_MOST:,}, which is what can be indexed"
        )
    if not _is_ready(found):
        found.sum_duplicates()
        found.indices, found.indptr = found.indices.astype(np.int32), found.indptr.astype(np.int32)
    return found


def _is_ready(matrix: Any) -> bool:  # noqa: ANN401 - any sparse matrix
    is_csr = getattr(matrix, "format", None) == "csr"
    return is_csr and matrix.indices.dtype == np.int32 and bool(matrix.has_canonical_format)


def numbers_from(values: Any, whose: str) -> Doubles:  # noqa: ANN401 - whatever numpy reads as a list
    """Return (n,) float64.

    Raises:
        ValueError: they are no numbers, or not in one dimension.
    """
    try:
        found = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{whose}: {error}") from error
    if found.ndim != 1:
        raise ValueError(f"{whose}: a list of numbers is needed, not the shape {found.shape}")
    return found


def fact_names(matrix: object, targets: object, names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Return what the facts are called: as said, as the columns are, as the targets are, or by number.

    Raises:
        ValueError: there are not as many, or one twice.
    """
    if names is not None:
        known = tuple(names)
    elif is_frame(matrix):
        known = tuple(names_of(matrix, "matrix"))
    elif isinstance(targets, Mapping):
        known = tuple(targets)
    else:
        known = tuple(f"fact {number}" for number in range(count))
    if len(known) != count:
        raise ValueError(f"{len(known)} names for the {count} columns of the matrix")
    twice = next((name for name in known if known.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"two facts are called `{twice}`; give each a name of its own")
    return known


def in_order(values: Any, names: Sequence[str], whose: str) -> Doubles:  # noqa: ANN401 - as `numbers_from`
    """Return (facts,): one number for all, or one each, in the order of the facts or by name.

    Raises:
        ValueError: there are not as many as facts, or a name is unknown or lacks its number.
    """
    if np.ndim(values) == 0 and not isinstance(values, Mapping):
        return np.full(len(names), float(values))
    if isinstance(values, Mapping):
        refuse_unknown(values, names, whose)
        lacking = next((name for name in names if name not in values), None)
        if lacking is not None:
            raise ValueError(f"{whose}: there is no number for `{lacking}`")
        values = [values[name] for name in names]
    found = numbers_from(values, whose)
    if len(found) != len(names):
        raise ValueError(f"{whose}: {len(found)} numbers for {len(names)} facts")
    return found


def tolerances(values: Any, names: Sequence[str]) -> Doubles:  # noqa: ANN401 - see `calibrate`
    """Return (facts,), NaN for facts to be met exactly: those without a tolerance.

    Raises:
        ValueError: there are not as many as facts, a name is unknown, or one is not positive.
    """
    if isinstance(values, Mapping):
        refuse_unknown(values, names, "tolerance")
        values = [values.get(name) for name in names]
    if values is None or np.ndim(values) == 0:
        values = [values] * len(names)
    found = in_order([np.nan if value is None else value for value in values], names, "tolerance")
    wrong = np.flatnonzero(~(np.isnan(found) | ((found > 0) & np.isfinite(found))))
    if len(wrong):
        remedy = "write a positive share such as 0.01, or None to meet it exactly"
        raise ValueError(f"tolerance of `{names[wrong[0]]}` is {found[wrong[0]]:g}; {remedy}")
    return found


def refuse_unknown(given: Any, names: Sequence[str], whose: str) -> None:  # noqa: ANN401 - any iterable of names
    """Refuse a name that no fact has.

    Raises:
        ValueError: one has not.
    """
    for name in given:
        if name not in names:
            hint = did_you_mean(str(name), list(names)) or "the facts are " + ", ".join(names[:8])
            raise ValueError(f"{whose}: no fact is called `{name}`; {hint}")
