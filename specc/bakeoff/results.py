"""What the cells of a bake-off gave: as values, as lines of JSON, and as a table."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.bakeoffs.operation import SCORES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.bakeoffs import Trial, Trials
    from runtime.errors import NodeFailed
    from runtime.execute import Done

Json = dict[str, Any]
# What a cell took, as its manifest says, beside the metrics.
COSTS = {"wallSeconds": "seconds", "cpuSeconds": "cpu_seconds", "peakBytes": "peak_bytes"}
_SCHEMA = {
    "bakeoff": pl.String, "method": pl.String, "kind": pl.String, "fold": pl.Int64, "seed": pl.UInt64,
    "state": pl.String, "metric": pl.String, "target": pl.String, "part": pl.String, "value": pl.Float64,
    "donors": pl.Int64, "recipients": pl.Int64, "draws": pl.Int64, "seconds": pl.Float64,
    "cpu_seconds": pl.Float64, "peak_bytes": pl.Int64, "key": pl.String, "error": pl.String,
    "error_kind": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One cell; folds are counted from 1. A failed one has an error and no scores."""

    bakeoff: str
    method: str
    kind: str
    fold: int
    seed: int
    state: str
    key: str | None = None
    error: Json | None = None
    costs: Json = field(default_factory=dict)
    scores: Json = field(default_factory=dict)

    @property
    def metrics(self) -> Json:
        """The metrics by name."""
        found: Json = self.scores.get("metrics", {})
        return found

    def as_json(self) -> Json:
        """Return the cell as one line of `results.jsonl` says it."""
        cell = {
            "bakeoff": self.bakeoff, "method": self.method, "kind": self.kind, "fold": self.fold,
            "seed": self.seed, "state": self.state, "key": self.key,
        }  # fmt: skip
        return cell | ({"error": self.error} if self.error else {**self.costs, **self.scores})

    def rows(self) -> Iterator[Json]:
        """Yield the cell as rows: the summary of each metric, then what it is made of."""
        cell = {name: value for name, value in self.as_json().items() if name in _SCHEMA and name != "error"}
        if self.error:
            yield cell | {"error": self.error["message"], "error_kind": self.error["kind"]}
        for metric, score in self.metrics.items():
            yield cell | {"metric": metric, "part": "summary", "value": score["summary"]}
            for value in score["values"]:
                yield cell | {"metric": metric, **value}


def finished(trials: Trials, trial: Trial, done: Done) -> Outcome:
    """Return the cell that a node has given."""
    manifest: Json = dict(done.artifact.manifest)
    said = manifest["predicate"]["runDetails"]["metadata"]["x-specc"]
    scores = json.loads(done.artifact.path(SCORES).read_text(encoding="utf-8"))
    costs = {ours: said.get(name) for name, ours in COSTS.items()}
    return Outcome(*_which(trials, trial), "done", done.key, None, costs, scores)


def failed(trials: Trials, trial: Trial, fault: NodeFailed) -> Outcome:
    """Return the cell of a node that failed."""
    error = {"kind": fault.kind, "message": fault.message, "remedy": fault.remedy}
    return Outcome(*_which(trials, trial), "failed", None, error)


def _which(trials: Trials, trial: Trial) -> tuple[str, str, str, int, int]:
    kind = str(trial.node.parameters["model"]["kind"])
    return trials.name, trial.method, kind, trial.fold + 1, trial.seed


def lines(outcomes: Sequence[Outcome]) -> str:
    """Return a line of JSON a cell."""
    return "".join(
        json.dumps(each.as_json(), ensure_ascii=False, allow_nan=False) + "\n" for each in outcomes
    )


def table(outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Return a row a value: of a cell, a metric, a target and a part of it."""
    rows = [{name: row.get(name) for name in _SCHEMA} for each in outcomes for row in each.rows()]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
