"""Runs of odd steps, and who listens to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odd_steps import STEPS

from compiler.plan import Estimate, Inputs, Node, Plan
from runtime.execute import Run
from runtime.running.processes import Processes
from runtime.store import Store
from runtime.surroundings import Surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.running.crew import Crew

MIB = 2**20


class Heard:
    """A listener that remembers what it heard."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def started(self, node: Node) -> None:
        """Remember the start of a node."""
        self.said.append(("started", node.address))

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Remember nothing."""

    def finished(self, node: Node, action: str, seconds: float) -> None:
        """Remember what was done about a node."""
        assert seconds >= 0
        self.said.append((action, node.address))

    def warned(self, message: str) -> None:
        """Remember a warning."""
        self.said.append(("warned", message))


def node(address: str, operation: str, *reads: str, need: int = 10, **parameters: Any) -> Node:  # noqa: ANN401
    """Return a node that carries out an odd step; its parameters make its key its own."""
    inputs = Inputs(artifacts={name: name for name in reads})
    estimate = Estimate(1.0, need * MIB)
    return Node(
        address, operation, 1, {"of": address, **parameters}, inputs, estimate=estimate, place="a.yaml:3"
    )


def run(
    folder: Path, *nodes: Node, mebibytes: int = 4096, slots: int = 2, crew: Crew | None = None
) -> tuple[Run, Heard]:
    """Return a run of some nodes, in processes where no other crew is given, and who listens to it."""
    heard, store = Heard(), Store(folder / "store")
    plan = Plan("odd", 2023, 7, "policyengine_us", "0", mebibytes * MIB, nodes)
    around = Surroundings(folder, folder / "marks", None, {}, folder / "chunks")
    crew = crew or Processes(store.location, slots, mebibytes * MIB)
    return Run(plan, store, around, heard, crew=crew, memory=mebibytes * MIB, operations=STEPS), heard


def left(folder: Path) -> list[str]:
    """Return what lies about in the store, and which processes of it still live."""
    scratch = [path.name for path in (folder / "store/scratch").iterdir() if path.name != ".sweep"]
    telling = [path.name for path in (folder / "store/runs").iterdir()]
    return scratch + telling
