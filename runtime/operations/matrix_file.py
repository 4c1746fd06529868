"""The matrix of a calibration: one CSR in memory, on disk a table of its entries in the order of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from runtime.tables import stored

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


def built(triples: list[pl.DataFrame], households: int, facts: int) -> csr_matrix:
    """Return the CSR (households, facts), float32 values and int32 indices, of triples in any order.

    Each household and fact has one value. `triples` is emptied: never are all entries there three times.
    """
    rows = np.concatenate([np.zeros(0, np.int32), *(_integers(t, "household") for t in triples)])
    columns = np.concatenate([np.zeros(0, np.int32), *(_integers(t, "fact") for t in triples)])
    values = np.concatenate([np.zeros(0, np.float32), *(t["value"].to_numpy() for t in triples)])
    triples.clear()
    matrix = csr_matrix((values, (rows, columns)), shape=(households, facts), dtype=np.float32)
    matrix.sort_indices()
    return matrix


def _integers(triples: pl.DataFrame, name: str) -> npt.NDArray[np.int32]:
    return triples[name].to_numpy().astype(np.int32)


def write_matrix(matrix: csr_matrix, path: Path) -> None:
    """Write the entries of a CSR with their household and fact, row after row."""
    households = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    entries = {"household": households, "fact": matrix.indices.astype(np.int64), "value": matrix.data}
    pl.DataFrame(entries).write_parquet(path)


def read_matrix(path: Path, households: int, facts: int) -> csr_matrix:
    """Read a matrix that `write_matrix` wrote, without a second copy of its entries.

    Raises:
        ValueError: its rows are not in order: something else wrote it.
    """
    rows = stored(path, ["household"])["household"].to_numpy()
    if np.any(rows[1:] < rows[:-1]):
        raise ValueError(f"the entries of {path.name} are not in the order of the households")
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=households))])
    indices = stored(path, ["fact"])["fact"].cast(pl.Int32).to_numpy()
    values = stored(path, ["value"])["value"].to_numpy().astype(np.float32)
    return csr_matrix((values, indices, starts.astype(np.int64)), shape=(households, facts))
