"""The life of a variable through a plan: who makes it, who writes it anew, who reads it, what exports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.plan.addresses import draw_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.plan.document import Node, Plan

ALL_ROWS = "all rows"
CLONES = "clones only"
ORIGINALS = "originals only"
_MAKING = frozenset({"population", "impute", "derive", "draw"})


@dataclass(frozen=True, slots=True)
class Written:
    """A node that writes the variable, where the spec says so, and for which rows."""

    node: str
    operation: str
    entity: str
    rows: str
    place: str


@dataclass(frozen=True, slots=True)
class Read:
    """A node that reads the variable: in which role, as which node wrote it, or through which views."""

    node: str
    role: str
    written_by: str
    place: str


@dataclass(frozen=True, slots=True)
class Computed:
    """The variable as an expression that the spec declares, computed where it is read."""

    entity: str
    type: str
    expression: str
    read_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """Everything a plan says of one variable; empty where the plan does not have it."""

    variable: str
    written: tuple[Written, ...]
    read: tuple[Read, ...]
    computed: tuple[Computed, ...]
    exports: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether no node writes or computes it."""
        return not self.written and not self.computed


def life(plan: Plan, variable: str, places: Mapping[str, str] | None = None) -> Life:
    """Return the life of a variable, nodes in the order in which they run; of several draws in the first.

    `places` are the lines that make this variable, by node, where somebody knows more than the node's place.
    """
    nodes = [node for node in plan.nodes if draw_of(node.address) == 1]
    return Life(
        variable,
        tuple(written for node in nodes for written in _written(node, variable, places or {})),
        tuple(read for node in nodes for read in _read(node, variable) if draw_of(read.written_by) == 1),
        _computed(nodes, variable),
        tuple(file for node in plan.nodes for file in _files(node, variable)),
    )


def variables(plan: Plan) -> set[str]:
    """Return every variable that a node reads, so that some node writes or computes it."""
    frames = [frame for node in plan.nodes for frame in node.inputs.frames.values()]
    stored = {name for frame in frames for columns in frame.columns.values() for name in columns}
    return stored | {view[0] for frame in frames for view in frame.views}


def _received(node: Node) -> str | None:
    """Return which rows an imputation writes, where the others keep what they had."""
    parameters = node.parameters
    if node.operation != "impute" or parameters["elsewhere"] != "keep":
        return None
    said = [text for text in (parameters["where"], parameters.get("receives")) if text is not None]
    return f"where {' and '.join(said)}" if said else None


def _half(node: Node, variable: str) -> str | None:
    """Return the half that an imputation writes, where it writes one."""
    halves = node.parameters.get("halves") or {}
    said = {"clone_only": CLONES, "original_only": ORIGINALS}
    return next((rows for key, rows in said.items() if variable in halves.get(key, ())), None)


def _written(node: Node, variable: str, places: Mapping[str, str]) -> Iterator[Written]:
    rows = _half(node, variable) or _received(node) or ALL_ROWS
    for entity, names in node.outputs.items():
        if variable in names:
            # What moves a column on keeps the line that made it, which is not where it is moved.
            place = places.get(node.address, node.place) if node.operation in _MAKING else node.place
            yield Written(node.address, node.operation, entity, rows, place)


def _read(node: Node, variable: str) -> Iterator[Read]:
    for role, frame in node.inputs.frames.items():
        for columns in frame.columns.values():
            if variable in columns:
                yield Read(node.address, role, columns[variable].node, node.place)


def _computed(nodes: Iterable[Node], variable: str) -> tuple[Computed, ...]:
    readers: dict[tuple[str, str, str], dict[str, None]] = {}
    for node in nodes:
        for frame in node.inputs.frames.values():
            for name, *rest in frame.views:
                if name == variable:
                    entity, type_, expression = rest
                    readers.setdefault((entity, type_, expression), {})[node.address] = None
    return tuple(Computed(*facts, tuple(nodes)) for facts, nodes in readers.items())


def _files(node: Node, variable: str) -> Iterator[str]:
    if node.operation == "export":
        for kind, names in (("policyengine", "variables"), ("parquet", "columns")):
            if node.parameters[kind] and variable in node.parameters[names]:
                yield f"{node.address}: {node.parameters[kind]}"
