"""Column lineage: which columns a column that a node writes is made of, known from the plan alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compiler.plan.entities import ENTITIES
from compiler.plan.mentions import mentions
from compiler.plan.origins import ORIGINS, Said
from compiler.plan.read_columns import columns_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.plan.document import FrameRef, Node

Kind = Literal["IDENTITY", "TRANSFORMATION", "CONDITIONAL"]
_STRONGEST: tuple[Kind, ...] = ("IDENTITY", "TRANSFORMATION", "CONDITIONAL")


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A column that another is made of: of a frame (with its entity), or of a file or table (without).

    `kind` is as in OpenLineage: copied, computed, or only deciding which value or which rows.
    """

    node: str
    entity: str | None
    column: str
    kind: Kind


def lineage(node: Node) -> dict[str, dict[str, tuple[Origin, ...]]]:
    """Return the origins of every column that a node writes, by entity and column.

    Empty where the operation makes tables or files of all that it reads, or asks the engine, whose formulas
    the plan does not know: there `all_origins` is what can be said.
    """
    if node.operation not in ORIGINS:
        return {}
    said = ORIGINS[node.operation](node)
    return {
        entity: {name: _origins(node, said.get(name, ())) for name in names}
        for entity, names in node.outputs.items()
        if entity in ENTITIES
    }


def all_origins(node: Node) -> tuple[Origin, ...]:
    """Return every column that a node reads, of frames and of files."""
    frames = [
        Origin(ref.node, entity, name, "TRANSFORMATION")
        for frame in node.inputs.frames.values()
        for entity, refs in frame.columns.items()
        for name, ref in refs.items()
    ]
    files = [Origin(address, None, name, "TRANSFORMATION") for address, name in columns_read(node).values()]
    return tuple(sorted({*frames, *files}, key=_order))


def _origins(node: Node, said: tuple[Said, ...]) -> tuple[Origin, ...]:
    strongest: dict[tuple[str, str | None, str], Kind] = {}
    for each in said:
        for origin in _found(node, each):
            place = (origin.node, origin.entity, origin.column)
            known = strongest.get(place, origin.kind)
            strongest[place] = min(known, origin.kind, key=_STRONGEST.index)
    return tuple(sorted((Origin(*place, kind) for place, kind in strongest.items()), key=_order))


def _found(node: Node, said: Said) -> Iterator[Origin]:
    if said.frame is None:
        files = columns_read(node)
        for name in mentions(said.text, files):
            yield Origin(*_of_file(files[name]), said.kind)
    else:
        yield from _in_frame(node.inputs.frames[said.frame], said.text, said.kind)


def _of_file(found: tuple[str, str]) -> tuple[str, None, str]:
    return found[0], None, found[1]


def _in_frame(frame: FrameRef, text: str, kind: Kind) -> Iterator[Origin]:
    """Yield what an expression over a frame reads; a view is what its own expression reads."""
    views = {name: expression for name, _, _, expression in frame.views}
    stored = {
        name: (entity, ref.node) for entity, refs in frame.columns.items() for name, ref in refs.items()
    }
    for name in mentions(text, {**stored, **views}):
        if name in stored:
            entity, writer = stored[name]
            yield Origin(writer, entity, name, kind)
        elif views[name] != text:
            computed: Kind = "TRANSFORMATION" if kind == "IDENTITY" else kind
            yield from _in_frame(frame, views[name], computed)


def _order(origin: Origin) -> tuple[str, str, str, str]:
    return origin.node, origin.entity or "", origin.column, origin.kind
