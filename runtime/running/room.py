"""What memory a node can do with: one that runs workers of its own runs as many as there is room for.

How many they are changes no result, so a small budget makes such a node slower and does not refuse it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan import Estimate, cost

if TYPE_CHECKING:
    from compiler.plan import Node

# What the process of the node holds itself, beside its workers: libraries, and tables of the population.
_OWN = 400_000_000
# A process with the libraries of any step, which the model of small steps leaves out.
_PROCESS = 250_000_000
# What nodes took beyond what was expected, at the most: runs of one step differ, and a model is coarse.
_MARGIN = {"measured": 1.1, "model": 1.25}


def in_hand(estimate: Estimate) -> int:
    """Return the bytes to set aside for a node: what it is expected to hold, and what it may hold beyond."""
    return int(max(estimate.memory, _PROCESS) * _MARGIN[estimate.basis])


def least(node: Node, need: int) -> int:
    """Return the bytes with which a node can be carried out, of which `need` are expected at its fullest."""
    return _own(need) + -(-(need - _own(need)) // _workers(node))


def workers_within(node: Node, need: int, room: int) -> int:
    """Return how many workers of its own a node may run in `room` bytes: one at the least."""
    workers = _workers(node)
    own = _own(need)
    fitting = workers if need <= room else (room - own) * workers // max(need - own, 1)
    return max(1, fitting)


def expected(node: Node, workers: int | None) -> Estimate:
    """Return what the plan's model says of a node with so many workers, None for all that it asks for."""
    model, most = node.estimate, _workers(node)
    if workers is None or workers >= most:
        return model
    return Estimate(model.seconds * most / workers, model.memory * workers // most)


def _own(need: int) -> int:
    return min(_OWN, need)


def _workers(node: Node) -> int:
    """Return the workers that the plan's estimate counts: no more than there are chunks."""
    if node.operation != "materialise":
        return 1
    one = cost.engine_worker(node.parameters["hints"]["households_per_chunk"])
    return max(1, round(node.estimate.memory / one))
