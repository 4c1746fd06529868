"""What readers of a dataset rely on: engine, period, files, and in each file rows and variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.plan.addresses import in_first_draw

if TYPE_CHECKING:
    from compiler.plan.document import Node, Plan

METADATA = "surface"
_OF_THE_ROWS = ("where", "split", "leave_out", "entities", "members")


@dataclass(frozen=True, slots=True)
class File:
    """A file, or a folder of tables, as it is published; `variables` holds the facts of each by name."""

    export: str
    population: dict[str, Any]
    variables: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OutputSurface:
    """The output surface of a plan; `files` goes by the path under which each is published."""

    bundle: str
    engine: str
    period: int
    files: dict[str, File]


def output_surface(plan: Plan) -> OutputSurface:
    """Return the output surface of a plan.

    Raises:
        KeyError: the plan was written before plans said what their exports hold.
    """
    exports = [node for node in plan.nodes if node.operation == "export"]
    files = {path: file for node in exports for path, file in _files(plan, node).items()}
    return OutputSurface(plan.bundle, plan.engine, plan.period, files)


def _files(plan: Plan, node: Node) -> dict[str, File]:
    facts, population = plan.metadata[METADATA][node.address], _population(plan, node)
    listed = (("policyengine", "variables"), ("parquet", "columns"))
    return {
        node.parameters[kind]: File(
            _name(node), population, {name: facts[name] for name in node.parameters[names]}
        )
        for kind, names in listed
        if node.parameters[kind]
    }


def _name(node: Node) -> str:
    """Return the name of an export: it stands for the files of all draws."""
    return in_first_draw(node.address).partition(".")[2]


def _population(plan: Plan, node: Node) -> dict[str, Any]:
    """Return who is in a dataset: the nodes that define its rows, a sample aside, and how the first does."""
    rows = [plan.node(row) for frame in node.inputs.frames.values() for row in frame.rows]
    rows = [row for row in rows if row.operation != "sample"]
    first = {name: row.parameters.get(name) for row in rows[:1] for name in _OF_THE_ROWS}
    return {"rows": [row.address for row in rows], **first}
