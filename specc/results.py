"""What a finished run has to show: reports of calibrations and validations, files of exports."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.plan.addresses import in_first_draw
from compiler.plan.draws import number_of_draws

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.plan import Plan
    from runtime.execute import Done
    from runtime.store import Artifact

REPORT, FITS, GATES, POOLED = "report.json", "fits.parquet", "gates.json", "pooled.json"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """Reports by declared name, and the finished nodes that files are published from.

    A calibration's report has what its replicates and its rotation say. What another draw than the first
    gives has `@` and its number behind the name; `pooled` is what all draws say of a validation together.
    """

    calibrations: dict[str, Json]
    validations: dict[str, Json]
    exports: dict[str, Artifact]
    fits: dict[str, Artifact]
    gates: dict[str, Json] = field(default_factory=dict)
    pooled: dict[str, Json] = field(default_factory=dict)
    replicates: dict[str, Artifact] = field(default_factory=dict)

    def as_json(self, plan: Plan) -> Json:
        """Return what `report.json` says."""
        about = {"bundle": plan.bundle, "period": plan.period, "plan": plan.key, "sample": plan.sample}
        variant = {"without": list(plan.without)} if plan.without else {}
        gates = {"gates": self.gates} if self.gates else {}
        draws = {"draws": number_of_draws(plan), "pooled": self.pooled} if number_of_draws(plan) > 1 else {}
        return {
            **about,
            **variant,
            "calibration": self.calibrations,
            "validation": self.validations,
            **gates,
            **draws,
        }


def results(plan: Plan, done: Mapping[str, Done]) -> Results:
    """Read the reports of a finished run; each aggregate gets the source of its benchmark."""
    calibrations = {name: _calibration(plan, node) for name, node in _of(done, "calibrate")}
    validations = {name: _validation(plan, name, node.artifact) for name, node in _of(done, "validate")}
    gates = {name: _json(node.artifact, GATES) for name, node in _of(done, "validate") if _has_gates(node)}
    exports = {name: node.artifact for name, node in _of(done, "export")}
    fits = {name: node.artifact for name, node in _of(done, "calibrate")}
    replicates = {name: node.artifact for name, node in _of(done, "replicate")}
    pooled = {name: _json(node.artifact, POOLED) for name, node in _of(done, "pool")}
    for operation, key in (("replicate", "replicates"), ("rotate", "rotation")):
        for name, node in _of(done, operation):
            calibrations[name][key] = _json(node.artifact, REPORT)
    return Results(calibrations, validations, exports, fits, gates, pooled, replicates)


def _of(done: Mapping[str, Done], operation: str) -> Iterator[tuple[str, Done]]:
    for address, node in done.items():
        if node.node.operation == operation:
            yield address.partition(".")[2], node


def _json(artifact: Artifact, name: str) -> Json:
    found: Json = json.loads(artifact.path(name).read_text(encoding="utf-8"))
    return found


def _has_gates(done: Done) -> bool:
    return "gates" in done.node.parameters


def _calibration(plan: Plan, done: Done) -> Json:
    # The bar for "few carriers" belongs beside their number.
    minimum = plan.node(done.node.address).parameters["minimum_carriers"]
    return {**_json(done.artifact, REPORT), "minimum_carriers": minimum}


def _validation(plan: Plan, name: str, artifact: Artifact) -> Json:
    citations, name = plan.metadata["citations"], in_first_draw(name)
    rows = _json(artifact, REPORT).items()
    return {key: {**row, "source": citations.get(f"{name}.{key}")} for key, row in rows}
