"""What became of every row of the tables of facts: kept beside the numbers of a run, and read only once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan import digest
from compiler.plan.addresses import draw_of
from runtime.numbers import kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from compiler.plan import Node, Plan
    from runtime.store import Artifact, Store

    Json = dict[str, Any]

FILE = "coverage.parquet"
RECIPE = "specc.coverage/1"


def coverage(plan: Plan, artifacts: Mapping[str, Artifact], store: Store) -> Artifact | None:
    """Return the artifact that keeps the coverage of a finished run as `FILE`; None without a calibration.

    Of several draws it is that of the first: they have the same tables.
    """
    calibrations = covering(plan)
    if not calibrations:
        return None
    document = {"recipe": RECIPE, "calibrations": [_document(plan, node, artifacts) for node in calibrations]}

    def write(folder: Path) -> None:
        # Imported here: a run that finds everything in its store counts nothing.
        from runtime.covering import covered  # noqa: PLC0415

        covered(plan, calibrations, artifacts, store).write_parquet(folder / FILE)

    return kept("numbers of the coverage", document, store, write)


def covering(plan: Plan) -> list[Node]:
    """Return the calibrations whose facts the coverage is of."""
    return [n for n in plan.nodes if n.operation == "calibrate" and draw_of(n.address) == 1]


def targets_of(plan: Plan, calibration: Node) -> dict[str, Node]:
    """Return the nodes that read the facts of a calibration, by target."""
    matrix = plan.node(calibration.inputs.artifacts["matrix"])
    addresses = {n.removeprefix("facts."): a for n, a in matrix.inputs.artifacts.items() if n[:6] == "facts."}
    return {name: plan.node(address) for name, address in addresses.items()}


def _document(plan: Plan, calibration: Node, artifacts: Mapping[str, Artifact]) -> Json:
    """Return what the coverage of a calibration depends on: contents, and what the spec says."""
    facts = targets_of(plan, calibration)
    about = plan.metadata.get("targets", {})
    return {
        "name": calibration.address, "minimum": calibration.parameters["minimum_carriers"],
        "fits": artifacts[calibration.address].content("fits.parquet"),
        "targets": {
            name: [digest(node.parameters), digest(about.get(name, {})),
                   artifacts[node.address].content("facts.parquet"),
                   artifacts[node.inputs.artifacts["table"]].content("data")]
            for name, node in facts.items()
        },
    }  # fmt: skip
