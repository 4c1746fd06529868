"""Calibration problems: the tax units of the open CPS file with usual and with fine facts, and drawn ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from benchmarks.calibration.cases import Case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

AMOUNTS = ("e00200", "e00300", "e00600", "e02400", "e01500", "e00900")
INCOME_EDGES = tuple(
    1_000.0 * edge for edge in (0.001, 5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 500, 1000)
)
AGE_EDGES = (25, 35, 45, 55, 65, 75)

Piece = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float32]"]


def read_tax_units(cps: Path) -> pl.DataFrame:
    """Read the columns the facts need. The only place that knows where the file comes from."""
    return pl.read_csv(cps, columns=["fips", "MARS", "age_head", "s006", *AMOUNTS])


def usual(cps: Path, seed: int) -> Case:
    """Return 280,005 tax units and 1,015 facts, some of which contradict each other.

    Targets are the weighted totals times factors in [0.8, 1.25] that move together in blocks of neighbours.
    """
    units = read_tax_units(cps)
    start = _weights(units)
    place, income = _cells(units)
    pieces = [_entries(place, np.ones(len(start))), *_amounts(units, income)]
    matrix = _carried(_stack(pieces, len(start)))
    totals = matrix.T.astype(np.float64) @ start
    return Case(matrix, totals * _structured_factors(len(totals), seed), start)


def fine(cps: Path, seed: int, records: int = 300_000, facts: int = 6_288) -> Case:
    """Return tax units, some of them twice, and facts of states by income: those that most records carry.

    Targets are the totals under other weights (`_hidden`), each off by some 0.2 %, as published ones are.
    """
    units = read_tax_units(cps)
    random = np.random.default_rng(seed)
    again = random.integers(0, units.height, records - units.height)
    units = pl.concat([units, units[again]])
    income = np.digitize(_income(units), INCOME_EDGES)
    cell = units["fips"].to_numpy() * (len(INCOME_EDGES) + 1) + income
    pieces = [_entries(cell, np.ones(records)), *_amounts(units, cell)]
    matrix = _stack([*pieces, _entries(_cells(units)[0], np.ones(records))], records)
    carriers = np.bincount(matrix.indices, minlength=matrix.shape[1])
    most = np.sort(np.argsort(-carriers, kind="stable")[:facts])
    return _consistent(_narrowed(matrix, most), _weights(units), random)


def synthetic(records: int, facts: int, per_record: int, seed: int) -> Case:
    """Draw a problem of any size: `per_record` classifications, each record in one cell of each.

    Every second classification counts, the others sum a heavy-tailed amount. `per_record` must divide
    `facts`. Targets are the totals under other weights (`_hidden`), each off by some 0.2 %.
    """
    random = np.random.default_rng(seed)
    cells = facts // per_record
    indices = random.integers(0, cells, (records, per_record), dtype=np.int32)
    indices += np.arange(0, facts, cells, dtype=np.int32)  # one band of facts each: sorted, never repeated
    values = np.ones((records, per_record), dtype=np.float32)
    values[:, 1::2] = np.exp(random.standard_normal((records, per_record // 2), dtype=np.float32)) * 10_000
    indptr = np.arange(0, records * per_record + 1, per_record, dtype=np.int64)
    matrix = csr_matrix((values.ravel(), indices.ravel(), indptr), shape=(records, facts))
    return _consistent(matrix, random.uniform(50, 150, records), random)


def _consistent(matrix: csr_matrix, start: Doubles, random: np.random.Generator) -> Case:
    """Return a case whose targets nearly agree: totals under hidden weights, with errors of their own."""
    totals = matrix.T.astype(np.float64) @ (start * _hidden(matrix, random))
    return Case(matrix, totals * np.exp(0.002 * random.standard_normal(len(totals))), start)


def _hidden(matrix: csr_matrix, random: np.random.Generator) -> Doubles:
    """Return what weights are multiplied by: a product over the facts a record carries, and one of its own.

    Half of the records move by more than 14 %, a tenth by more than 40 %.
    """
    carried = np.maximum(np.diff(matrix.indptr), 1)
    effects = random.standard_normal(matrix.shape[1])
    of_facts = np.add.reduceat(effects[matrix.indices], _starts(matrix)) / np.sqrt(carried)
    return np.asarray(np.exp(0.2 * of_facts + 0.1 * random.standard_normal(matrix.shape[0])), np.float64)


def _starts(matrix: csr_matrix) -> NDArray[np.int64]:
    """Return where each record's entries begin; one without any gets its neighbour's first."""
    starts: NDArray[np.int64] = np.minimum(matrix.indptr[:-1].astype(np.int64), matrix.nnz - 1)
    return starts


def _weights(units: pl.DataFrame) -> Doubles:
    return units["s006"].to_numpy().astype(np.float64) / 100  # the file keeps hundredths


def _income(units: pl.DataFrame) -> Doubles:
    return np.asarray(np.sum([units[name].to_numpy() for name in AMOUNTS], axis=0), np.float64)


def _cells(units: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the cells of the two cross-classifications: state x age band, income band x filing status."""
    age = np.digitize(units["age_head"].to_numpy(), AGE_EDGES)
    place = units["fips"].to_numpy() * (len(AGE_EDGES) + 1) + age
    return place, np.digitize(_income(units), INCOME_EDGES) * 10 + units["MARS"].to_numpy()


def _amounts(units: pl.DataFrame, cell: NDArray[np.int64]) -> Iterator[Piece]:
    """Yield by cell how many have each amount, and its sum."""
    for amount in AMOUNTS:
        value = units[amount].to_numpy().astype(np.float64)
        yield _entries(cell, (value != 0).astype(np.float64))
        yield _entries(cell, value)


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
    return _narrowed(matrix, np.flatnonzero(carriers >= fewest))


def _narrowed(matrix: csr_matrix, facts: NDArray[np.int64]) -> csr_matrix:
    """Return the matrix of some facts, with the index type that solvers take."""
    part = matrix[:, facts]
    part.indices = part.indices.astype(np.int32)
    return part


def _structured_factors(facts: int, seed: int) -> NDArray[np.float64]:
    """Factors in [0.8, 1.25]: blocks of neighbouring facts move together, with noise of their own."""
    random = np.random.default_rng(seed)
    block = np.repeat(random.uniform(-1, 1, facts // 20 + 1), 20)[:facts]
    own = random.uniform(-1, 1, facts)
    return np.asarray(1.25 ** np.clip(0.7 * block + 0.3 * own, -1, 1), dtype=np.float64)
