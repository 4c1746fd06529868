"""How long a run still takes: the prices of its nodes, corrected by how the steps so far compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from compiler.plan import Node

_SLOWEST, _FASTEST = 10.0, 0.1


@dataclass
class Forecast:
    """Time left of a run, in seconds of the clock it is given. A step found in the store took none.

    The nodes carry their prices (`specc.prices`).
    """

    nodes: Sequence[Node]
    clock: Callable[[], float]
    _left: dict[str, float] = field(init=False)
    _expected: float = 0.0
    _measured: float = 0.0
    _now: dict[str, float] = field(default_factory=dict)
    _share: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._left = {node.address: node.estimate.seconds for node in self.nodes}

    def start(self, node: Node) -> None:
        """Note that a node is being built."""
        self._now[node.address] = self.clock()
        self._share.pop(node.address, None)

    def progress(self, node: Node, share: float) -> None:
        """Note how much of a node that is being built is done."""
        self._share[node.address] = share

    def finish(self, node: Node, *, built: bool, seconds: float) -> None:
        """Note that a node is there."""
        price = self._left.pop(node.address, 0.0)
        self._now.pop(node.address, None)
        self._share.pop(node.address, None)
        if built:
            self._expected += price
            self._measured += seconds

    @property
    def done(self) -> int:
        """How many nodes are there."""
        return len(self.nodes) - len(self._left)

    @property
    def running(self) -> list[str]:
        """The nodes that are being built."""
        return list(self._now)

    @property
    def parts(self) -> float:
        """What is done of the nodes that are being built, in nodes."""
        return sum(self._share.values())

    @property
    def pace(self) -> float:
        """Measured over expected seconds so far, within reason."""
        if not self._expected:
            return 1.0
        return min(max(self._measured / self._expected, _FASTEST), _SLOWEST)

    def left(self) -> float:
        """Return the seconds that the rest is expected to take."""
        waiting = sum(seconds for address, seconds in self._left.items() if address not in self._now)
        return waiting * self.pace + sum(self._left_of(address) for address in self._now)

    def _left_of(self, address: str) -> float:
        passed, share = self.clock() - self._now[address], self._share.get(address, 0.0)
        if share > 0:
            return passed * (1 - share) / share
        return max(self._left.get(address, 0.0) * self.pace - passed, 0.0)
