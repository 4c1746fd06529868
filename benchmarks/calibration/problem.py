"""A realistic calibration problem: all tax units of the open CPS file, a thousand usual facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

AMOUNTS = ("e00200", "e00300", "e00600", "e02400", "e01500", "e00900")
INCOME_EDGES = tuple(
    1_000.0 * edge for edge in (0.001, 5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 500, 1000)
)
AGE_EDGES = (25, 35, 45, 55, 65, 75)

Piece = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float32]"]


def read_tax_units(cps: Path) -> pl.DataFrame:
    """Read the columns the facts need. The only place that knows where the file comes from."""
    return pl.read_csv(cps, columns=["fips", "MARS", "age_head", "s006", *AMOUNTS])


def build(cps: Path, seed: int) -> tuple[csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
    """Return the matrix (records, facts), the targets (facts,) and the start weights (records,)."""
    units = read_tax_units(cps)
    start = units["s006"].to_numpy().astype(np.float64) / 100  # the file keeps hundredths
    cells = _cells(units)
    pieces = [_entries(cells["place"], np.ones(len(start)))]
    for amount in AMOUNTS:
        value = units[amount].to_numpy().astype(np.float64)
        pieces += [
            _entries(cells["income"], (value != 0).astype(np.float64)),
            _entries(cells["income"], value),
        ]
    matrix = _carried(_stack(pieces, len(start)))
    totals = matrix.T.astype(np.float64) @ start
    return matrix, totals * _structured_factors(len(totals), seed), start


def synthetic(
    records: int, facts: int, per_record: int, seed: int
) -> tuple[csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
    """Draw a problem of any size: `per_record` classifications, each record in one cell of each.

    Every second classification counts, the others sum a heavy-tailed amount. `per_record` must divide
    `facts`.
    """
    random = np.random.default_rng(seed)
    cells = facts // per_record
    indices = random.integers(0, cells, (records, per_record), dtype=np.int32)
    indices += np.arange(0, facts, cells, dtype=np.int32)  # one band of facts each: sorted, never repeated
    values = np.ones((records, per_record), dtype=np.float32)
    values[:, 1::2] = np.exp(random.standard_normal((records, per_record // 2), dtype=np.float32)) * 10_000
    indptr = np.arange(0, records * per_record + 1, per_record, dtype=np.int64)
    matrix = csr_matrix((values.ravel(), indices.ravel(), indptr), shape=(records, facts))
    start = random.uniform(50, 150, records)
    totals = np.bincount(matrix.indices, matrix.data * np.repeat(start, per_record), minlength=facts)
    return matrix, totals * _structured_factors(facts, seed), start


def _cells(units: pl.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Number the cells of the two cross-classifications: state x age band, income band x filing status."""
    income = np.sum([units[name].to_numpy() for name in AMOUNTS], axis=0)
    band = np.digitize(income, INCOME_EDGES)
    age = np.digitize(units["age_head"].to_numpy(), AGE_EDGES)
    place = units["fips"].to_numpy() * (len(AGE_EDGES) + 1) + age
    return {"place": place, "income": band * 10 + units["MARS"].to_numpy()}


def _entries(cell: NDArray[np.int64], value: NDArray[np.float64]) -> Piece:
    """One fact per cell: (records, fact numbers from zero, values) where the value is not zero."""
    fact = np.unique(cell, return_inverse=True)[1]
    kept = np.flatnonzero(value)
    return kept, fact[kept], value[kept].astype(np.float32)


def _stack(pieces: list[Piece], records: int) -> csr_matrix:
    """Put the families of facts side by side in one CSR with int32 indices."""
    width = np.cumsum([0, *(int(fact.max()) + 1 for _, fact, _ in pieces)])
    rows = np.concatenate([row for row, _, _ in pieces]).astype(np.int32)
    columns = np.concatenate([fact + first for (_, fact, _), first in zip(pieces, width[:-1], strict=True)])
    values = np.concatenate([value for _, _, value in pieces])
    matrix = csr_matrix((values, (rows, columns.astype(np.int32))), shape=(records, int(width[-1])))
    matrix.sum_duplicates()
    return matrix


def _carried(matrix: csr_matrix, fewest: int = 20) -> csr_matrix:
    """Keep facts that at least `fewest` records carry, as any real build does."""
    carriers = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return matrix[:, np.flatnonzero(carriers >= fewest)]


def _structured_factors(facts: int, seed: int) -> NDArray[np.float64]:
    """Factors in [0.8, 1.25]: blocks of neighbouring facts move together, with noise of their own."""
    random = np.random.default_rng(seed)
    block = np.repeat(random.uniform(-1, 1, facts // 20 + 1), 20)[:facts]
    own = random.uniform(-1, 1, facts)
    return np.asarray(1.25 ** np.clip(0.7 * block + 0.3 * own, -1, 1), dtype=np.float64)
