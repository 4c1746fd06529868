"""Addresses of nodes: `impute.wealth.debts@lent@3` is one of the prepared frame `lent`, in the third draw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.plan.document import Inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan.document import FrameRef, Node


def draw_of(address: str) -> int:
    """Return which draw a node belongs to; what all draws share stands in the first."""
    _, at, last = address.rpartition("@")
    return int(last) if at and last.isdigit() else 1


def in_first_draw(address: str) -> str:
    """Return the address that a node has in the first draw."""
    return address.rpartition("@")[0] if draw_of(address) > 1 else address


def in_draw(address: str, draw: int) -> str:
    """Return the address, or the name, that something of the first draw has in another. No name has an @."""
    return address if draw == 1 else f"{address}@{draw}"


def frame_of(address: str) -> str:
    """Return the prepared frame that a node belongs to, empty for the dataset's own."""
    return in_first_draw(address).partition("@")[2]


def with_addresses(node: Node, names: Mapping[str, str]) -> Node:
    """Return a node with other addresses, its own and those that it reads."""
    frames = {role: frame_with(frame, names) for role, frame in node.inputs.frames.items()}
    artifacts = {role: names.get(address, address) for role, address in node.inputs.artifacts.items()}
    return replace(node, address=names.get(node.address, node.address), inputs=Inputs(frames, artifacts))


def frame_with(frame: FrameRef, names: Mapping[str, str]) -> FrameRef:
    """Return a slice that reads from other addresses."""
    rows = tuple(names.get(address, address) for address in frame.rows)
    columns = {
        entity: {name: replace(ref, node=names.get(ref.node, ref.node)) for name, ref in refs.items()}
        for entity, refs in frame.columns.items()
    }
    return replace(frame, rows=rows, columns=columns)
