"""The frame that a node leaves: its rows, the weight that stands then, and which rows are clones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.plan import ENTITIES, WEIGHT, ColumnRef, FrameRef
from compiler.plan.addresses import draw_of, frame_of, in_first_draw
from compiler.plan.entities import flags_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan import Node, Plan

ROLES = ("frame", "recipient", "level_0")
ROWS_OF = ("clone", "population", "sample")  # the operations that define rows


@dataclass(frozen=True, slots=True)
class After:
    """What a node wrote, or for an export what it hands on, as a slice that can be read.

    Attributes:
        frame: its columns, the weight and the flag of clones among them.
        columns: entity to the columns that are the node's.
        flags: the flags of households that tell clones, those of the first clone first.
    """

    frame: FrameRef
    columns: Mapping[str, tuple[str, ...]]
    flags: tuple[str, ...]


def frames_after(plan: Plan) -> dict[str, After]:
    """Return, by address, the frame after every node that writes or exports columns of entities."""
    weights: list[tuple[tuple[str, ...], ColumnRef]] = []
    drawn = {in_first_draw(node.address) for node in plan.nodes if draw_of(node.address) > 1}
    found: dict[str, After] = {}
    for node in plan.nodes:
        columns = _columns(node)
        if not columns:
            continue
        rows = _rows(node)
        if WEIGHT in node.outputs.get("household", ()):
            weights.append((rows, ColumnRef(node.address, len(rows))))
        own = [each for each in weights if _leads_to(each[1].node, node.address, drawn)]
        found[node.address] = _after(plan, node, rows, columns, _weight(own, node, rows))
    return found


def _columns(node: Node) -> dict[str, tuple[str, ...]]:
    """Return what a node writes or exports, in an order that a plan keeps when it is read from a file."""
    if node.operation == "export":
        refs = node.inputs.frames["frame"].columns
        return {entity: tuple(sorted(refs[entity])) for entity in ENTITIES if entity in refs}
    return {entity: node.outputs[entity] for entity in ENTITIES if entity in node.outputs}


def _rows(node: Node) -> tuple[str, ...]:
    frames = node.inputs.frames
    before = next((frames[role].rows for role in ROLES if role in frames), ())
    return (*before, node.address) if node.operation in ROWS_OF else before


def _leads_to(writer: str, address: str, drawn: set[str]) -> bool:
    """Tell whether what a node wrote may stand in the frame of another: of its draw, of its prepared frame.

    `drawn` are the nodes that other draws have for themselves.
    """
    if frame_of(writer) not in ("", frame_of(address)):
        return False
    return draw_of(writer) == draw_of(address) or (draw_of(writer) == 1 and writer not in drawn)


def _weight(
    weights: list[tuple[tuple[str, ...], ColumnRef]], node: Node, rows: tuple[str, ...]
) -> ColumnRef | None:
    """Return who wrote the weight last, of those whose rows these continue."""
    read = [f.columns["household"][WEIGHT] for f in _frames(node) if WEIGHT in f.columns.get("household", {})]
    if read and WEIGHT not in node.outputs.get("household", ()):
        return read[0]
    known = [ref for earlier, ref in weights if rows[: len(earlier)] == earlier]
    return known[-1] if known else None


def _frames(node: Node) -> list[FrameRef]:
    return [node.inputs.frames[role] for role in ROLES if role in node.inputs.frames]


def _after(
    plan: Plan,
    node: Node,
    rows: tuple[str, ...],
    columns: dict[str, tuple[str, ...]],
    weight: ColumnRef | None,
) -> After:
    refs = {
        entity: {name: _ref(node, entity, name, rows) for name in names} for entity, names in columns.items()
    }
    if weight is not None:
        refs.setdefault("household", {}).setdefault(WEIGHT, weight)
    flags = {}
    for position, row in enumerate(rows, 1):
        if plan.node(row).operation == "clone":
            flag = flags_of(plan.node(row).parameters["flag"])["household"]
            flags[flag] = ColumnRef(row, position)
    if flags:
        refs["household"] = flags | refs.get("household", {})
    return After(FrameRef(rows, refs), columns, tuple(flags))


def _ref(node: Node, entity: str, name: str, rows: tuple[str, ...]) -> ColumnRef:
    if node.operation == "export":
        return node.inputs.frames["frame"].columns[entity][name]
    return ColumnRef(node.address, len(rows))
