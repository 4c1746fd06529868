"""Nodes of a plan as typed values, and their JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from compiler.plan.canonical import digest
from compiler.plan.cost import Estimate

PLAN_FORMAT = 1
Json = dict[str, Any]
# The operations that draw at random: a node of theirs names its stream.
DRAWS = frozenset({"draw", "impute", "population", "replicate", "sample"})
# Those that draw where the method does that they are given: they name a stream then, and only then.
MAY_DRAW = frozenset({"calibrate", "rotate"})


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """Which node wrote a column, and how many row-defining steps it had behind it when it did."""

    node: str
    rows: int


@dataclass(frozen=True, slots=True)
class FrameRef:
    """A slice of a frame as one node reads it.

    `rows` are the nodes that define its rows, in order; a column written under fewer of them is carried
    over to the later rows.
    `views` are computed columns in the order they can be computed: name, entity, type, expression.
    """

    rows: tuple[str, ...]
    columns: dict[str, dict[str, ColumnRef]]
    views: tuple[tuple[str, str, str, str], ...] = ()

    def nodes(self) -> set[str]:
        """Return every node the slice reads from."""
        return set(self.rows) | {ref.node for columns in self.columns.values() for ref in columns.values()}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a node reads: frame slices, files and whole artifacts, each under the role it plays."""

    frames: dict[str, FrameRef] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)

    def nodes(self) -> set[str]:
        """Return every node these inputs come from."""
        return set(self.artifacts.values()).union(*(frame.nodes() for frame in self.frames.values()))


@dataclass(frozen=True, slots=True)
class Node:
    """One operation with everything it needs. `engine` holds the engine facts it depends on, no others."""

    address: str
    operation: str
    version: int
    parameters: Json
    inputs: Inputs = field(default_factory=Inputs)
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stream: str | None = None
    engine: Json | None = None
    estimate: Estimate = field(default_factory=lambda: Estimate(0.0, 0))
    place: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if self.operation in DRAWS and self.stream is None:
            raise ValueError(f"{self.address} draws at random ({self.operation}), but names no stream")

    def with_key(self, key: str) -> Node:
        """Return the node with its key."""
        return replace(self, key=key)


@dataclass(frozen=True, slots=True)
class Plan:
    """All nodes of a build in an order in which they can run."""

    bundle: str
    period: int
    seed: int
    engine: str
    engine_version: str
    memory: int
    nodes: tuple[Node, ...]
    sample: float | None = None
    # Steps that were left out: what the plan builds is a variant of its bundle's dataset.
    without: tuple[str, ...] = ()
    metadata: Json = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The digest of everything that decides the results."""
        return digest([node.key for node in self.nodes])

    @property
    def moved_nodes(self) -> dict[str, str]:
        """Addresses that nodes had before, and that no node has now, with those of today."""
        said: dict[str, str] = self.metadata.get("moved", {}).get("nodes", {})
        there = {node.address for node in self.nodes}
        return {was: now for was, now in said.items() if now in there and was not in there}

    def node(self, address: str) -> Node:
        """Return the node at an address."""
        return next(node for node in self.nodes if node.address == address)

    def to_json(self) -> str:
        """Return the plan as `plan.json`: canonical order, indented for review."""
        document = {"format": PLAN_FORMAT, **asdict(self), "key": self.key}
        return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
