"""What is done on a worker of a Dask cluster: one node, in a process of its own, watched as at home."""

from __future__ import annotations

import functools
import multiprocessing
import pickle
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Reschedule, Worker, get_worker
from distributed.core import Status

from runtime.errors import ClusterFault, RuntimeFault, StoreError
from runtime.locations import cache_folder, is_elsewhere
from runtime.running.job import END, Failed, Taken
from runtime.running.live import OWNER
from runtime.running.processes import Processes
from runtime.running.versions import refuse_other_versions, versions
from runtime.running.watch import Watch
from runtime.running.workers import memory_for_nodes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.running.job import Job, Message

TOPIC = "specc"
_SECONDS, _HELD_SECONDS = 0.2, 1.0
_ENDS = {Status.closing, Status.closed, Status.failed, Status.stopping, Status.stopped}
_UNSEEN = {"no-such-file", "not-public"}
_SHARE = (
    "workers read the files of the bundle and of `--sources DIR` themselves: put both on a disk that the run "
    "and all workers have at the same path"
)


@dataclass(frozen=True, slots=True)
class Order:
    """A node as a worker is sent it.

    Attributes:
        cluster: whose it is; `go` tells one attempt at it from the next.
        location: the store's.
        budget: bytes that nodes may hold together on one worker.
        need: bytes that this one is expected to hold.
        versions: what it must be carried out with.
    """

    cluster: str
    go: int
    job: Job
    location: str
    budget: int
    need: int
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """The bytes that a node holds."""

    bytes: int


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing of the node runs on the worker any more."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Tells the run what is to be said of its node."""

    worker: Worker
    order: Order

    def tell(self, said: Message | Held | Gone) -> None:
        """Send a message."""
        about = {"cluster": self.order.cluster, "node": self.order.job.node.address, "go": self.order.go}
        self.worker.log_event(TOPIC, {**about, "said": pickle.dumps(said)})


def carry(order: Order) -> Message:
    """Carry a node out and return its end.

    Raises:
        Reschedule: nobody waits for it here any more.
    """
    worker = get_worker()
    line = _Line(worker, order)
    line.tell(Taken(str(worker.name)))
    try:
        refuse_other_versions(order.versions, versions(), str(worker.name))
        _refuse_other_store(order, worker)
        return _explained(_supervised(_at_home_here(order), line), worker)
    except ClusterFault as fault:
        return Failed(fault)
    finally:
        line.tell(Gone())


def _refuse_other_store(order: Order, worker: Worker) -> None:
    """Refuse a folder of that name which is not the run's: the run leaves word of itself in its own."""
    runs = Path(order.location) / "runs"
    # What a URL names is the same everywhere.
    if not is_elsewhere(order.location) and not (runs / f"{order.job.invocation}{OWNER}").exists():
        raise ClusterFault(
            f"worker {worker.name} does not see the store of the run",
            place=order.location,
            remedy="put it on a disk that the run and all workers have at the same path (`--store`)",
            kind="store-not-shared",
        )


def _at_home_here(order: Order) -> Order:
    """Return an order whose downloads and unfinished parts are kept where this machine keeps its copies.

    Of a store that is a URL the run has its own, at a path that may be nobody's here.
    """
    if not is_elsewhere(order.location):
        return order
    folder = cache_folder(order.location)
    around = replace(order.job.surroundings, cache=folder / "cache", chunks=folder / "chunks")
    return replace(order, job=replace(order.job, surroundings=around))


def _supervised(order: Order, line: _Line) -> Message:
    worker, key = line.worker, line.worker.get_current_task()
    memory = min(order.budget, memory_for_nodes(worker))
    # A nanny forbids its worker to have children, lest they outlive it. Ours notice, and do not.
    multiprocessing.current_process().daemon = False
    crew = Processes(order.location, 1, memory, _watch(memory))
    ended: list[Message] = []
    told = 0.0
    try:
        while not ended:
            if not _is_wanted(worker, key):
                raise Reschedule
            if not told:
                crew.start(order.job, order.need)
            crew.wait(lambda _, said: (ended.append if isinstance(said, END) else line.tell)(said), _SECONDS)
            if time.monotonic() - told > _HELD_SECONDS:
                told = time.monotonic()
                line.tell(Held(sum(crew.held().values())))
    finally:
        crew.end()
    return ended[0]


@functools.cache
def _watch(memory: int) -> Watch:
    """Return the one watch over all that this worker carries out."""
    return Watch(memory)


def _is_wanted(worker: Worker, key: object) -> bool:
    """Tell whether the worker goes on and somebody still waits: nothing else tells a task at work."""
    task = worker.state.tasks.get(key)
    return worker.status not in _ENDS and task is not None and task.state != "cancelled"


def _explained(said: Message, worker: Worker) -> Message:
    """Add to what a worker does not find that it was the worker: the run may well have it."""
    match said:
        case Failed(RuntimeFault(kind=kind) as fault) if kind in _UNSEEN:
            fault.message = f"on worker {worker.name}: {fault.message}"
            fault.remedy = _SHARE
        case Failed(StoreError() as fault):
            fault.message = f"on worker {worker.name}: {fault.message}"
    return said
