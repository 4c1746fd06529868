"""What a finished run has to show: reports of calibrations and validations, files of exports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.plan import Plan
    from runtime.execute import Done
    from runtime.store import Artifact

REPORT, FITS = "report.json", "fits.parquet"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """Reports by declared name, and the finished nodes that files are published from."""

    calibrations: dict[str, Json]
    validations: dict[str, Json]
    exports: dict[str, Artifact]
    fits: dict[str, Artifact]

    def as_json(self, plan: Plan) -> Json:
        """Return what `report.json` says."""
        about = {"bundle": plan.bundle, "period": plan.period, "plan": plan.key, "sample": plan.sample}
        return {**about, "calibration": self.calibrations, "validation": self.validations}


def results(plan: Plan, done: Mapping[str, Done]) -> Results:
    """Read the reports of a finished run; each aggregate gets the source of its benchmark."""
    calibrations = {name: _calibration(plan, node) for name, node in _of(done, "calibrate")}
    validations = {name: _validation(plan, name, node.artifact) for name, node in _of(done, "validate")}
    exports = {name: node.artifact for name, node in _of(done, "export")}
    fits = {name: node.artifact for name, node in _of(done, "calibrate")}
    return Results(calibrations, validations, exports, fits)


def _of(done: Mapping[str, Done], operation: str) -> Iterator[tuple[str, Done]]:
    for address, node in done.items():
        if node.node.operation == operation:
            yield address.partition(".")[2], node


def _report(artifact: Artifact) -> Json:
    report: Json = json.loads(artifact.path(REPORT).read_text(encoding="utf-8"))
    return report


def _calibration(plan: Plan, done: Done) -> Json:
    # The bar for "few carriers" belongs beside their number.
    minimum = plan.node(done.node.address).parameters["minimum_carriers"]
    return {**_report(done.artifact), "minimum_carriers": minimum}


def _validation(plan: Plan, name: str, artifact: Artifact) -> Json:
    citations = plan.metadata["citations"]
    return {key: {**row, "source": citations.get(f"{name}.{key}")} for key, row in _report(artifact).items()}
