"""The facts of a calibration, what each is used for, and how well weights meet them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from runtime.calibration.fit import TINY, Fit, fit, weight_report
from runtime.calibration.gram import rmatvec
from runtime.content import exact_sum
from runtime.operations.matrix import LEDGER, MATRIX
from runtime.operations.matrix_file import read_matrix
from runtime.tables import stored

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.store import Artifact

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

FEW = "few carriers"
STATUSES = ("train", "holdout", "audit", FEW)
_MEASURES = ("within_1", "within_5", "within_10", "mean_error", "median_error")


@dataclass(frozen=True)
class Facts:
    """All facts of a calibration.

    Attributes:
        matrix: (households, facts) CSR, float32: what a household adds to a fact, per unit of weight.
        ledger: one row a fact: name, target, family, role, band, value; as support the households with an
            entry, as carriers those that can move it, with a start weight above zero; as mass what they add
            at their start weights, whatever its sign.
        status: (facts,) one of `STATUSES`.
    """

    matrix: csr_matrix
    ledger: pl.DataFrame
    status: npt.NDArray[np.str_]

    @property
    def values(self) -> Doubles:
        """What the weighted sums should be, in the facts' units."""
        return np.asarray(self.ledger["value"].to_numpy(), dtype=np.float64)

    def of(self, status: str) -> Integers:
        """Return the numbers of the facts of a status."""
        return np.flatnonzero(self.status == status)

    def only(self, columns: Integers) -> csr_matrix:
        """Return the matrix of some facts."""
        return _sorted(self.matrix[:, columns].tocsr())

    def fit(self, columns: Integers, weights: Doubles) -> Fit:
        """Return how well weights meet some facts."""
        return fit(self.only(columns), self.values[columns], weights)


def read_facts(artifact: Artifact, start: Doubles, minimum: int) -> Facts:
    """Read what `matrix` wrote.

    A fact with fewer than `minimum` carriers is not trained on. A household whose start weight is zero is no
    carrier, whatever it holds: the solver leaves it at zero.
    """
    ledger = stored(artifact.path(LEDGER))
    matrix = read_matrix(artifact.path(MATRIX), len(start), ledger.height)
    has_weight = np.repeat(start > 0, np.diff(matrix.indptr))
    counts = {
        "support": np.bincount(matrix.indices, minlength=ledger.height),
        "carriers": np.bincount(matrix.indices[has_weight], minlength=ledger.height),
    }
    status = np.where(counts["carriers"] < minimum, FEW, ledger["role"].to_numpy().astype(str))
    counted = ledger.with_columns(
        *(pl.Series(name, found, dtype=pl.Int64) for name, found in counts.items()),
        pl.Series("mass", rmatvec(matrix, start, gross=True), dtype=pl.Float64),
    )
    return Facts(matrix, counted, status)


def _sorted(matrix: csr_matrix) -> csr_matrix:
    """Return a matrix in the index types that the solver takes, columns in order within a row."""
    matrix.sort_indices()
    indices, starts = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int64)
    return csr_matrix((matrix.data, indices, starts), shape=matrix.shape)


def table_of(facts: Facts, raw: Doubles, weights: Doubles) -> pl.DataFrame:
    """Return the ledger with status, estimates and relative errors; a fact of zero has no relative error."""
    everything = np.arange(facts.ledger.height)
    before, after = facts.fit(everything, raw), facts.fit(everything, weights)
    return facts.ledger.with_columns(
        pl.Series("status", facts.status.tolist(), dtype=pl.String),
        pl.Series("raw_estimate", before.estimates),
        pl.Series("estimate", after.estimates),
        pl.Series("raw_error", before.relative_errors).fill_nan(None),
        pl.Series("error", after.relative_errors).fill_nan(None),
    )


def report_of(facts: Facts, raw: Doubles, start: Doubles, weights: Doubles) -> dict[str, Any]:
    """Return fit by status, roles by family, what happened to the weights; figures of nothing are null."""
    groups = {status: facts.of(status) for status in STATUSES}
    families = facts.ledger.select("target", "family", "role").unique(maintain_order=True)
    few = facts.ledger.select("name", "carriers").filter(pl.Series(facts.status == FEW))
    return {
        "facts": {status: len(columns) for status, columns in groups.items()},
        "fit": {
            status: {
                "raw": _summary(facts.fit(columns, raw)),
                "calibrated": _summary(facts.fit(columns, weights)),
            }
            for status, columns in groups.items()
            if len(columns)
        },
        "families": {f"{target}.{family}": role for target, family, role in families.iter_rows()},
        "few_carriers": [list(row) for row in few.iter_rows()],
        "weights": {name: _finite(value) for name, value in asdict(weight_report(weights, start)).items()},
        "records": len(weights),
        "weight_sum": exact_sum(weights),
        "raw_weight_sum": exact_sum(raw),
    }


def half(weights: Doubles, flag: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return how many of the flagged households have any weight to speak of, and their share of it."""
    total = exact_sum(weights)
    active = weights > TINY * total / len(weights)
    return {
        "households": int(flag.sum()),
        "active_households": int((flag & active).sum()),
        "weight_share": exact_sum(weights[flag]) / total if total else None,
    }


def _summary(found: Fit) -> dict[str, float | None]:
    """Return the figures of a fit; `count` is facts with a relative error, `unmeasured` those without."""
    counts: dict[str, float | None] = {"count": found.count, "unmeasured": found.unmeasured}
    return counts | {name: _finite(getattr(found, name)) for name in _MEASURES}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
