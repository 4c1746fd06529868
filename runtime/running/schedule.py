"""What is due, and whether there is room for it: plain bookkeeping, without clocks or processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from compiler.plan import Node


@dataclass
class Schedule:
    """The nodes of a plan that wait, run and are done.

    Attributes:
        nodes: in an order in which they can run.
        done: nodes that are there already, of this plan or not.
        needs: bytes that a node is expected to hold at its peak.
        memory: bytes that nodes may hold together; None for no limit.
        slots: how many may run at a time.
    """

    nodes: Sequence[Node]
    done: set[str]
    needs: Mapping[str, int]
    memory: int | None
    slots: int
    running: dict[str, int] = field(default_factory=dict)
    _waiting: dict[str, Node] = field(init=False)
    _more: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._waiting = {node.address: node for node in self._order()}
        known = self.done | set(self._waiting)
        for node in self.nodes:
            for address in node.inputs.nodes():
                if address not in known:
                    raise KeyError(address)

    def _order(self) -> Sequence[Node]:
        """One at a time nodes go in the plan's order; of several, first what the most work waits for."""
        return self.nodes if self.slots == 1 else _longest_first(self.nodes)

    @property
    def left(self) -> int:
        """How many nodes have not begun."""
        return len(self._waiting)

    def due(self) -> list[Node]:
        """Return the nodes whose inputs are all there, in the order in which to begin them."""
        return [node for node in self._waiting.values() if node.inputs.nodes() <= self.done]

    def need(self, address: str) -> int:
        """Return the bytes that are set aside for a node: no more than there are."""
        need = self._more.get(address, self.needs[address])
        return need if self.memory is None else min(need, self.memory)

    def fits(self, address: str) -> bool:
        """Tell whether a node may begin now. Alone every node may: whether it fits was asked before."""
        if not self.running:
            return True
        if len(self.running) >= self.slots:
            return False
        return self.memory is None or sum(self.running.values()) + self.need(address) <= self.memory

    def begin(self, address: str) -> None:
        """Note that a node runs."""
        self.running[address] = self.need(address)
        del self._waiting[address]

    def finish(self, address: str) -> None:
        """Note that a node is there, whether it ran or was found."""
        self.running.pop(address, None)
        self._waiting.pop(address, None)
        self.done.add(address)

    def put_back(self, node: Node, *, alone: bool = False) -> None:
        """Let a node that ran, or was there, wait again; `alone` sets everything aside for it."""
        self.running.pop(node.address, None)
        self.done.discard(node.address)
        if alone and self.memory is not None:
            self._more[node.address] = self.memory
        self._waiting[node.address] = node

    def fail(self, address: str) -> None:
        """Note that a node cannot be carried out."""
        self.running.pop(address, None)


def _longest_first(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes by the seconds from their start to the end of what waits for them, most first."""
    way: dict[str, float] = {}
    for node in reversed(nodes):
        way[node.address] = node.estimate.seconds + way.get(node.address, 0.0)
        for address in node.inputs.nodes():
            way[address] = max(way.get(address, 0.0), way[node.address])
    return sorted(nodes, key=lambda node: -way[node.address])


def downstream(nodes: Sequence[Node], addresses: Collection[str]) -> frozenset[str]:
    """Return some nodes and all that depends on them; `nodes` stand in an order in which they can run."""
    found = set(addresses)
    for node in nodes:
        if node.inputs.nodes() & found:
            found.add(node.address)
    return frozenset(found)


def upstream(nodes: Sequence[Node], addresses: Collection[str]) -> frozenset[str]:
    """Return some nodes and all that they depend on; `nodes` stand in an order in which they can run."""
    found = set(addresses)
    for node in reversed(nodes):
        if node.address in found:
            found |= node.inputs.nodes()
    return frozenset(found)
