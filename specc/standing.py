"""How the nodes of a plan stand in a store: found there, absent, or waiting for what they read.

Keys are made as a run makes them, from the content of what upstream nodes wrote; only records are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from compiler.plan import digest
from compiler.plan.keys import key_document
from runtime.names import stands_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.plan import Node, Plan
    from compiler.plan.document import Json
    from specc.records import Record


@dataclass(frozen=True, slots=True)
class Standing:
    """One node: its key document, None while something it reads is not built; its record, where it is."""

    node: Node
    document: Json | None
    record: Record | None


def standings(
    plan: Plan, found: Sequence[Record], stand_ins: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Standing]:
    """Return how every node of a plan stands among the records of a store.

    `stand_ins` are, by node, the digests of the user's files, which a run puts into keys.
    """
    by_key = {record.key: record for record in found}
    known: dict[str, Standing] = {}
    for node in plan.nodes:
        document = _document(plan, node, known)
        if document is not None and node.address in (stand_ins or {}):
            document = {**document, "stand_ins": (stand_ins or {})[node.address]}
        record = None if document is None else by_key.get(digest(document))
        known[node.address] = Standing(node, document, record)
    return known


def _document(plan: Plan, node: Node, known: Mapping[str, Standing]) -> Json | None:
    upstream = {address: known[address].record for address in node.inputs.nodes()}
    built = {address: record.contents for address, record in upstream.items() if record is not None}
    return key_document(node, plan.seed, partial(_content, built)) if len(built) == len(upstream) else None


def _content(
    built: Mapping[str, Mapping[str, str]], address: str, entity: str | None, column: str | None
) -> str:
    files = built[address]
    return stands_for(files.__getitem__, files, entity, column)
