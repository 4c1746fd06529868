"""Calibration problems on disk: what is measured runs in processes of its own, which read them from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Case:
    """A problem and the facts that no solver is shown.

    Attributes:
        matrix: CSR (records, facts), float32 and int32, all facts.
        targets: (facts,) what they should be.
        start: (records,) start weights.
        trained: (facts,) True for those that are solved for; None for all.
    """

    matrix: csr_matrix
    targets: Doubles
    start: Doubles
    trained: NDArray[np.bool_] | None = None


def save(case: Case, path: Path) -> Path:
    """Write a case, and return where."""
    parts = {"data": case.matrix.data, "indices": case.matrix.indices, "indptr": case.matrix.indptr}
    trained = np.ones(len(case.targets), np.bool_) if case.trained is None else case.trained
    np.savez(path, targets=case.targets, start=case.start, trained=trained, **parts)
    return path


def load(path: Path) -> Case:
    """Read a case back."""
    with np.load(path) as stored:
        targets, start, trained = stored["targets"], stored["start"], stored["trained"]
        parts = (stored["data"], stored["indices"], stored["indptr"])
    return Case(csr_matrix(parts, shape=(len(start), len(targets))), targets, start, trained)


def columns(case: Case, chosen: NDArray[np.bool_]) -> tuple[csr_matrix, Doubles]:
    """Return the matrix and the targets of some facts, as the solver takes them."""
    if chosen.all():
        return case.matrix, case.targets
    part = case.matrix[:, np.flatnonzero(chosen)].tocsr()
    part.sort_indices()
    part.indices = part.indices.astype(np.int32)
    return part, case.targets[chosen]
