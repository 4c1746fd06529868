"""`calibrate`: weights that meet the trained facts, and how well they meet those they never saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from runtime.calibration.dual import DualOptions, solve
from runtime.calibration.fit import Fit, fit, weight_report
from runtime.calibration.problem import Problem
from runtime.errors import NodeFailed
from runtime.operations.matrix import LEDGER, MATRIX
from runtime.task import Task

FITS, REPORT = "fits.parquet", "report.json"
Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Facts:
    """The matrix of all facts, and the ledger that says what each is for."""

    matrix: csr_matrix
    ledger: pl.DataFrame
    status: npt.NDArray[np.str_]

    @property
    def values(self) -> Doubles:
        return np.asarray(self.ledger["value"].to_numpy(), dtype=np.float64)

    def of(self, status: str) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self.status == status)

    def fit(self, columns: npt.NDArray[np.int64], weights: Doubles) -> Fit:
        return fit(self.matrix[:, columns].tocsr(), self.values[columns], weights)


def run(task: Task) -> None:
    """Solve for the weights and report every fact beside its estimate, raw and calibrated."""
    parameters, reader = task.parameters, task.frame()
    stored, start = (reader.column(parameters[name]).to_numpy() for name in ("weight", "start"))
    facts = _facts(task, len(stored))
    factor = _scale(task, facts, stored)
    raw, start = stored * factor, start * factor
    trained = facts.of("train")
    problem = Problem(
        _sorted(facts.matrix[:, trained].tocsr()), facts.values[trained], start, names=tuple(facts.ledger["name"].gather(trained).to_list())
    )
    penalty = parameters["method"]["penalty"]
    solution = solve(problem, DualOptions() if penalty is None else DualOptions(penalty=penalty))
    if not solution.converged:
        raise NodeFailed(f"the solver stopped without an answer: {solution.reason} after {solution.iterations} steps", place=task.node.address,
                         remedy="raise `penalty`, or look for facts that contradict each other")
    task.write_column("household", pl.Series(parameters["weight"], solution.weights))
    _write_fits(task, facts, raw, solution.weights)
    report = _report(facts, raw, start, solution.weights) | {
        "solver": {"iterations": solution.iterations, "relative_gap": solution.relative_gap, "reason": str(solution.reason)},
        "start_factor": factor,
        "halves": {flag: _half(solution.weights, reader.column(flag).to_numpy()) for flag in parameters["flags"]},
    }
    task.write_json(REPORT, report)
    task.notes.update({"trained": len(trained), "iterations": solution.iterations})


def _facts(task: Task, households: int) -> _Facts:
    matrix = task.artifact("matrix")
    ledger, triples = pl.read_parquet(matrix.path(LEDGER)), pl.read_parquet(matrix.path(MATRIX))
    positions = (triples["household"].to_numpy(), triples["fact"].to_numpy())
    sparse = csr_matrix((triples["value"].to_numpy(), positions), shape=(households, ledger.height), dtype=np.float32)
    few = ledger["carriers"].to_numpy() < task.parameters["minimum_carriers"]
    status = np.where(few, "few carriers", ledger["role"].to_numpy().astype(str))
    return _Facts(_sorted(sparse), ledger, status)


def _sorted(matrix: csr_matrix) -> csr_matrix:
    matrix.sort_indices()
    return csr_matrix((matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int64)), shape=matrix.shape)


def _scale(task: Task, facts: _Facts, stored: Doubles) -> float:
    """Return the factor on the weights that makes them add up to a count target's total, before anything is solved."""
    name = task.parameters["scale_to"]
    if name is None:
        return 1.0
    columns = np.flatnonzero(facts.ledger["target"].to_numpy() == name)
    return float(facts.values[columns].sum() / (facts.matrix[:, columns].T @ stored).sum())


def _write_fits(task: Task, facts: _Facts, raw: Doubles, weights: Doubles) -> None:
    everything = np.arange(facts.ledger.height)
    before, after = facts.fit(everything, raw), facts.fit(everything, weights)
    facts.ledger.with_columns(
        pl.Series("status", facts.status.tolist()),
        pl.Series("raw_estimate", before.estimates), pl.Series("estimate", after.estimates),
        pl.Series("raw_error", before.relative_errors), pl.Series("error", after.relative_errors),
    ).write_parquet(task.folder / FITS)  # fmt: skip


def _report(facts: _Facts, raw: Doubles, start: Doubles, weights: Doubles) -> dict[str, Any]:
    groups = {status: facts.of(status) for status in ("train", "holdout", "audit", "few carriers")}
    fits = {name: {"raw": _summary(facts.fit(c, raw)), "calibrated": _summary(facts.fit(c, weights))} for name, c in groups.items() if len(c)}
    families = facts.ledger.select("target", "family", "role").unique(maintain_order=True)
    roles = {f"{row['target']}.{row['family']}": row["role"] for row in families.to_dicts()}
    report = weight_report(weights, start)
    return {
        "facts": {name: len(columns) for name, columns in groups.items()},
        "fit": fits,
        "families": roles,
        "few_carriers": [[n, c] for n, c in facts.ledger.select("name", "carriers").filter(pl.Series(facts.status == "few carriers")).rows()],
        "weights": asdict(report),
        "records": len(weights),
        "weight_sum": float(weights.sum()),
        "raw_weight_sum": float(raw.sum()),
    }


def _summary(found: Fit) -> dict[str, float]:
    names = ("count", "within_1", "within_5", "within_10", "mean_error", "median_error")
    return {name: float(getattr(found, name)) for name in names}


def _half(weights: Doubles, flag: Mask) -> dict[str, float]:
    """Say how much of the weight a flagged half carries, and how many of its households carry any."""
    total = float(weights.sum())
    active = weights > 1e-8 * total / len(weights)
    return {
        "households": int(flag.sum()),
        "active_households": int((flag & active).sum()),
        "weight_share": float(weights[flag].sum() / total),
    }
