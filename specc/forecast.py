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
    _now: tuple[str, float] | None = None
    _share: float = 0.0

    def __post_init__(self) -> None:
        self._left = {node.address: node.estimate.seconds for node in self.nodes}

    def start(self, node: Node) -> None:
        """Note that a node is being built."""
        self._now, self._share = (node.address, self.clock()), 0.0

    def progress(self, share: float) -> None:
        """Note how much of the node that is being built is done."""
        self._share = share

    def finish(self, node: Node, *, built: bool, seconds: float) -> None:
        """Note that a node is there."""
        price = self._left.pop(node.address)
        self._now = None
        if built:
            self._expected += price
            self._measured += seconds

    @property
    def done(self) -> int:
        """How many nodes are there."""
        return len(self.nodes) - len(self._left)

    @property
    def pace(self) -> float:
        """Measured over expected seconds so far, within reason."""
        if not self._expected:
            return 1.0
        return min(max(self._measured / self._expected, _FASTEST), _SLOWEST)

    def left(self) -> float:
        """Return the seconds that the rest is expected to take."""
        waiting = sum(s for address, s in self._left.items() if self._now is None or address != self._now[0])
        return waiting * self.pace + self._left_of_current()

    def _left_of_current(self) -> float:
        if self._now is None:
            return 0.0
        address, begun = self._now
        passed = self.clock() - begun
        if self._share > 0:
            return passed * (1 - self._share) / self._share
        return max(self._left[address] * self.pace - passed, 0.0)
