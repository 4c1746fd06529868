"""A node that runs workers of its own runs as many as fit, and what it gives does not depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from crowded_steps import STEPS

from compiler.plan import Estimate, Node, Plan, cost
from runtime.execute import Run
from runtime.running.processes import Processes
from runtime.running.room import expected, least, workers_within
from runtime.store import Store
from runtime.surroundings import Surroundings

if TYPE_CHECKING:
    from pathlib import Path

MIB = 2**20
CHUNK = 1000


class Heard:
    """A listener that remembers warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def started(self, node: Node) -> None:
        """Remember nothing."""

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Remember nothing."""

    def finished(self, node: Node, action: str, seconds: float) -> None:
        """Remember nothing."""

    def warned(self, message: str) -> None:
        """Remember it."""
        self.warnings.append(message)


def _node(workers: int = 2, mebibytes: int = 100) -> Node:
    estimate = Estimate(60.0, int(workers * cost.engine_worker(CHUNK)))
    hints = {"households_per_chunk": CHUNK, "workers": workers}
    return Node("it", "materialise", 1, {"hints": hints, "mebibytes": mebibytes}, estimate=estimate)


def _run(folder: Path, node: Node, need: int, memory: int) -> tuple[Run, Heard]:
    heard, store = Heard(), Store(folder / "store")
    (folder / "cache").mkdir()
    plan = Plan("crowd", 2023, 7, "policyengine_us", "0", memory * MIB, (node,))
    around = Surroundings(folder, folder / "cache", None, {}, folder / "chunks")
    crew, needs = Processes(store.location, 2, memory * MIB), {"it": need * MIB}
    going = Run(
        plan, store, around, heard, crew=crew, needs=needs, memory=memory * MIB, operations=STEPS
    )  # fmt: skip
    return going, heard


def _workers(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "cache/workers").read_text(encoding="utf-8").split()]


def test_a_node_has_one_machine_however_many_there_are(tmp_path: Path) -> None:
    """On a cluster nodes have 4 GiB together; the largest worker has room for one worker of the node."""
    going, _ = _run(tmp_path, _node(), 1500, 4096)
    going.largest = 1000 * MIB
    going.execute()
    assert _workers(tmp_path) == [1]


@pytest.mark.parametrize(("memory", "workers"), [(4096, 2), (1500, 2), (1499, 1), (1000, 1)])
def test_a_node_runs_as_many_workers_as_fit(tmp_path: Path, memory: int, workers: int) -> None:
    """1,500 MiB are expected of two; with less there is one, and with more there are no more than two."""
    going, heard = _run(tmp_path, _node(), 1500, memory)
    found = going.execute()["it"].artifact
    assert _workers(tmp_path) == [workers]
    assert found.outputs["report.json"].size == 2
    assert heard.warnings == []


def test_a_node_that_holds_more_than_was_expected_goes_on_with_fewer_workers(tmp_path: Path) -> None:
    """Two are ended together before they are done; one has room, and the result is the same."""
    going, heard = _run(tmp_path, _node(mebibytes=350), 700, 800)
    going.execute()
    assert _workers(tmp_path) == [1]
    (warning,) = heard.warnings
    assert "more than was expected: it goes on with fewer workers" in warning


def test_the_least_is_one_worker_and_what_the_process_holds_itself() -> None:
    """Of anything else it is all that is expected; workers are never none."""
    node, need = _node(4), 4_400_000_000
    assert least(node, need) == 1_400_000_000
    rooms = [4_400_000_000, 4_399_999_999, 2_400_000_000, 1_400_000_000, 1]
    assert [workers_within(node, need, room) for room in rooms] == [4, 3, 2, 1, 1]
    other = Node("o", "export", 1, {}, estimate=Estimate(1.0, 900))
    assert (least(other, 900), workers_within(other, 900, 1)) == (900, 1)


def test_a_price_carries_over_from_fewer_workers_to_all() -> None:
    """What one worker was measured with is expected twice of two: the manifest says what was at work."""
    node = _node(2)
    one, both = expected(node, 1), expected(node, None)
    assert (one.memory * 2, one.seconds) == (both.memory, both.seconds * 2)
    assert expected(node, 5) == node.estimate
