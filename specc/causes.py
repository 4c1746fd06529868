"""Why a node is not in a store: its key document beside the one it had, and likewise of what it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.plan import ENTITIES
from compiler.plan.diff.attributes import attribute_changes
from runtime.names import stands_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.plan import FrameRef, Node
    from compiler.plan.diff.attributes import AttributeChange
    from compiler.plan.document import Json
    from specc.records import Record
    from specc.standing import Standing


@dataclass(frozen=True, slots=True)
class Cause:
    """What of a node's key document differs from `before`, the record that it is compared with.

    `own` is what the spec, the engine or the operation says; `inputs` is what was read: the names of columns,
    rows or artifacts whose content is another one, by the node that wrote them. `instead` is the node that
    was read before in place of this one.
    """

    node: Node
    before: Record | None
    own: tuple[AttributeChange, ...] = ()
    inputs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class _Input:
    """An input whose content is another one: what it is called, who wrote it, the digest that it had."""

    name: str
    writer: str
    digest: str


def causes(address: str, known: Mapping[str, Standing], found: Sequence[Record]) -> list[Cause]:
    """Return why a node whose inputs are all there is not: itself first, then what it reads, to the roots."""
    latest = next((record for record in found if record.address == address), None)
    waiting: list[tuple[str, Record | None]] = [(address, latest)]
    done: dict[str, Cause] = {}
    for name, before in waiting:
        if name in done:
            continue
        if before is not None and before.address != name:
            done[name] = Cause(known[name].node, before, instead=before.address)
            continue
        done[name], inputs = _cause(known[name], before)
        waiting += [(each.writer, _writer_of(each, found)) for each in inputs]
    return list(done.values())


def _cause(standing: Standing, before: Record | None) -> tuple[Cause, list[_Input]]:
    if before is None or standing.document is None:
        return Cause(standing.node, None), []
    own = attribute_changes(_own(before.document), _own(standing.document))
    inputs = list(_inputs(standing.node, before.document, standing.document))
    by_writer: dict[str, dict[str, None]] = {}
    for each in inputs:
        by_writer.setdefault(each.writer, {})[each.name] = None
    listed = tuple((writer, tuple(names)) for writer, names in by_writer.items())
    return Cause(standing.node, before, own, listed), inputs


def _own(document: Json) -> Json:
    """Return a key document without the content of what is read; parameters stand at the top."""
    frames = document["frames"].items()
    rest = {name: document[name] for name in ("operation", "version", "outputs", "stream", "engine")}
    reads = {role: sorted(frame["columns"]) for role, frame in frames}
    views = {role: frame["views"] for role, frame in frames}
    steps = {role: len(frame["rows"]) // len(ENTITIES) for role, frame in frames}
    inputs = {
        "reads": reads,
        "steps that make rows": steps,
        "views": views,
        "artifacts": sorted(document["artifacts"]),
    }
    return {**document["parameters"], **rest, **inputs}


def _inputs(node: Node, before: Json, after: Json) -> Iterator[_Input]:
    """Yield every input that was read before and has another content now."""
    for role, digest in before["artifacts"].items():
        if after["artifacts"].get(role, digest) != digest:
            yield _Input(role, node.inputs.artifacts[role], digest)
    for role, frame in before["frames"].items():
        if role in after["frames"]:
            yield from _of_frame(node.inputs.frames[role], frame, after["frames"][role])


def _of_frame(frame: FrameRef, before: Json, after: Json) -> Iterator[_Input]:
    for path, (digest, _) in before["columns"].items():
        if path in after["columns"] and after["columns"][path][0] != digest:
            entity, _, name = path.partition("/")
            yield _Input(name, frame.columns[entity][name].node, digest)
    # A key document lists the rows of each entity, node by node.
    writers = [node for node in frame.rows for _ in ENTITIES]
    if len(before["rows"]) != len(writers):
        gone = (old for old in before["rows"] if old not in after["rows"])
        yield from (_Input("rows", frame.rows[-1], old) for old in gone)
        return
    for writer, old, new in zip(writers, before["rows"], after["rows"], strict=True):
        if old != new:
            yield _Input("rows", writer, old)


def _writer_of(given: _Input, found: Sequence[Record]) -> Record | None:
    """Return the record that wrote an earlier content, None where the store no longer has it.

    It may be another node's: a sample that is not taken now, a step that was taken out.
    """
    wrote = [record for record in found if _wrote(record, given.digest)]
    own = [record for record in wrote if record.address == given.writer]
    return next(iter(own or wrote), None)


def _wrote(record: Record, digest: str) -> bool:
    files = record.contents
    return digest in files.values() or digest == stands_for(files.__getitem__, sorted(files), None, None)


def absences(address: str, known: Mapping[str, Standing], found: Sequence[Record]) -> dict[str, list[Cause]]:
    """Return the causes of every node that is to be built first: the node itself, or what it waits for."""
    needed, waiting = {address}, [address]
    for each in waiting:
        new = known[each].node.inputs.nodes() - needed
        needed |= new
        waiting += sorted(new)
    return {
        name: causes(name, known, found)
        for name, standing in known.items()
        if name in needed and standing.record is None and standing.document is not None
    }
