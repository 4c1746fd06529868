"""Keys: the digest of everything that can change a node's output, and of nothing else.

A key document never holds thread counts, paths, hosts, times or prose. The plan's keys chain through the keys
of upstream nodes; the runtime replaces those by the digests of what upstream really wrote, so a rebuild that
gives equal columns stops there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from compiler.plan.canonical import digest
from compiler.plan.entities import ENTITIES

if TYPE_CHECKING:
    from compiler.plan.document import FrameRef, Json, Node

RECIPE = "specc.node/1"
Resolve = Callable[[str, str | None, str | None], str]


def key_document(node: Node, seed: int, resolve: Resolve) -> Json:
    """Return what a node's key is the digest of.

    `resolve(address, entity, column)` says what stands for an input: a key while planning, a content digest
    while running.
    With a column of None it asks for the rows of the entity; with an entity of None for the whole artifact.
    """
    return {
        "recipe": RECIPE,
        "operation": node.operation,
        "version": node.version,
        # Hints say how to go about it (chunk sizes, workers); they change no result.
        "parameters": {name: value for name, value in node.parameters.items() if name != "hints"},
        "frames": {role: _frame(frame, resolve) for role, frame in node.inputs.frames.items()},
        "artifacts": {role: resolve(address, None, None) for role, address in node.inputs.artifacts.items()},
        "outputs": {entity: list(names) for entity, names in node.outputs.items()},
        "stream": None if node.stream is None else {"root": seed, "name": node.stream},
        "engine": node.engine,
    }


def _frame(frame: FrameRef, resolve: Resolve) -> Json:
    columns = {
        f"{entity}/{name}": [resolve(ref.node, entity, name), ref.rows]
        for entity, refs in frame.columns.items()
        for name, ref in refs.items()
    }
    # A group's columns reach its persons through the rows of both, so the rows of every entity count.
    rows = [resolve(node, entity, None) for node in frame.rows for entity in ENTITIES]
    return {"rows": rows, "columns": columns, "views": [list(view) for view in frame.views]}


def with_keys(nodes: list[Node], seed: int) -> tuple[Node, ...]:
    """Return the nodes, which must stand in order, with their plan keys."""
    keys: dict[str, str] = {}

    def resolve(address: str, entity: str | None, column: str | None) -> str:
        return ":".join(part for part in (keys[address], entity, column) if part)

    keyed = []
    for node in nodes:
        keys[node.address] = digest(key_document(node, seed, resolve))
        keyed.append(node.with_key(keys[node.address]))
    return tuple(keyed)
