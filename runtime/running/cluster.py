"""Nodes on the workers of a Dask cluster that see the same store: each a task, carried out as at home.

Dask says where. That a node is built once, what it may hold and how it is measured stays with the process of
the node, on whichever machine (docs/decisions/0026).
"""

from __future__ import annotations

import itertools
import pickle
import queue
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from distributed import Future, KilledWorker

from runtime.running.cluster_faults import no_gpu, scheduler_lost, too_often
from runtime.running.job import END, Failed, Taken, Warned
from runtime.running.remote import TOPIC, Gone, Held, Order, carry
from runtime.running.versions import versions
from runtime.running.workers import GPU, MEMORY, able_workers, connected

if TYPE_CHECKING:
    from compiler.plan import Node
    from runtime.running.crew import Hear
    from runtime.running.job import Job, Message

TIMES = 3
_LONELY_SECONDS, _END_SECONDS, _CLOSE_SECONDS = 30.0, 15.0, 5.0


@dataclass
class _Working:
    """A node that was handed to the cluster; `lost` counts the workers that went away with it."""

    job: Job
    need: int
    go: int
    lost: int = 0
    future: Future | None = None
    worker: str | None = None
    at_work: bool = False
    held: int = 0


class Cluster:
    """Carries nodes out on a cluster.

    Attributes:
        slots: how many at a time: `jobs`, or one a thread of its workers.
        largest: the bytes that nodes may hold on the largest worker: what it has for them, at most `budget`.
        memory: the same of all workers together.
    """

    def __init__(self, address: str, location: str, budget: int, jobs: int | None = None) -> None:
        self._address, self._location, self._budget = address, location, budget
        self._client = connected(address)
        try:
            self._workers = able_workers(self._client, address)
        except BaseException:
            self._client.close(_CLOSE_SECONDS)
            raise
        threads = sum(worker.threads for worker in self._workers)
        self.slots = threads if jobs is None else min(jobs, threads)
        self.largest = min(max(worker.memory for worker in self._workers), budget)
        self.memory = sum(min(worker.memory, budget) for worker in self._workers)
        self._lonely = False
        self._name, self._goes = uuid.uuid4().hex, itertools.count()
        self._working: dict[str, _Working] = {}
        self._inbox: queue.SimpleQueue[tuple[str, int, Any]] = queue.SimpleQueue()
        self._client.subscribe_topic(TOPIC, self._heard)

    def start(self, job: Job, need: int) -> None:
        """Ask for a worker for a node."""
        self._working[job.node.address] = working = _Working(job, need, next(self._goes))
        if _wants_gpu(job.node) and not any(worker.gpus >= 1 for worker in self._workers):
            self._inbox.put((job.node.address, working.go, Failed(no_gpu(job.node))))
        else:
            self._submit(working)

    def wait(self, hear: Hear) -> None:
        """Pass on what there is to hear of nodes."""
        try:
            address, go, said = self._inbox.get(timeout=_LONELY_SECONDS)
        except queue.Empty:
            self._look_for_workers(hear)
            return
        working = self._working.get(address)
        if working is None or working.go != go:  # of an attempt that is over
            return
        said = self._end_of(working, said) if isinstance(said, Future) else said
        match said:
            case Held(held):
                working.held = held
            case Taken(worker):
                self._taken(working, worker, hear)
            case KilledWorker():
                self._lost(working, hear, again=True)
            case Gone():
                working.at_work = False
            case _:
                self._pass_on(working, said, hear)

    def held(self) -> dict[str, int]:
        """Return the bytes that each running node holds, as its worker said last."""
        return {address: working.held for address, working in self._working.copy().items()}

    def end(self) -> None:
        """End what still runs, and leave the cluster once its workers have ended it."""
        if self._client.status == "closed":
            return
        at_work = {(address, each.go) for address, each in self._working.items() if each.at_work}
        try:
            self._client.cancel([each.future for each in self._working.values() if each.future], force=True)
            while at_work:
                address, go, said = self._inbox.get(timeout=_END_SECONDS)
                if isinstance(said, Gone):
                    at_work.discard((address, go))
        except (queue.Empty, OSError):  # scheduler or worker is lost: then what ran there ends itself
            return
        finally:
            self._working.clear()
            self._client.close(_CLOSE_SECONDS)

    def _submit(self, working: _Working) -> None:
        node, go = working.job.node, working.go
        order = Order(
            self._name, go, working.job, self._location, self._budget, working.need, versions()
        )  # fmt: skip
        working.future = self._client.submit(
            carry, order, key=f"specc-{node.address}-{self._name}-{go}", pure=False,
            resources=self._resources(node, working.need),
        )  # fmt: skip
        working.future.add_done_callback(lambda done: self._inbox.put((node.address, go, done)))

    def _resources(self, node: Node, need: int) -> dict[str, float]:
        """Return what a worker must have to give."""
        memory = {MEMORY: min(need, self.largest)} if self._workers[0].declared else {}
        return {**memory, **({GPU: 1} if _wants_gpu(node) else {})}

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        _, about = event
        if about["cluster"] == self._name:
            self._inbox.put((about["node"], about["go"], pickle.loads(about["said"])))  # noqa: S301

    def _end_of(self, working: _Working, done: Future) -> Message | KilledWorker:
        if done.status == "finished":
            said: Message = done.result()
            return said
        error = done.exception() if done.status == "error" else None
        if isinstance(error, KilledWorker):
            return error
        return Failed(error or scheduler_lost(self._address, working.job.node))

    def _taken(self, working: _Working, worker: str, hear: Hear) -> None:
        if working.worker is not None:  # Dask gave to another what was lost with the one before
            self._lost(working, hear, again=False)
        working.worker, working.at_work = worker, True
        if working.lost <= TIMES:
            hear(working.job.node.address, Taken(worker))

    def _lost(self, working: _Working, hear: Hear, *, again: bool) -> None:
        """Take up that a worker is gone; `again` tells that Dask has given up and we have not."""
        node, before = working.job.node, working.worker
        working.lost += 1
        if working.lost > TIMES:
            self._client.cancel([working.future], force=True)
            self._pass_on(working, Failed(too_often(node, working.lost)), hear)
            return
        hear(node.address, Warned(f"worker {before} was lost with {node.address}: it is carried out again"))
        if again:
            working.go, working.worker, working.at_work = next(self._goes), None, False
            self._submit(working)

    def _pass_on(self, working: _Working, said: Message, hear: Hear) -> None:
        if isinstance(said, END):
            del self._working[working.job.node.address]
        hear(working.job.node.address, said)

    def _look_for_workers(self, hear: Hear) -> None:
        """Tell why nothing happens, where that is for want of workers."""
        before, self._lonely = self._lonely, not self._client.nthreads()
        if self._working and self._lonely and not before:
            text = f"the scheduler at {self._address} has no workers left: the run waits for one"
            hear(next(iter(self._working)), Warned(text))


def _wants_gpu(node: Node) -> bool:
    return bool(node.parameters.get("hints", {}).get("device") == "gpu")
