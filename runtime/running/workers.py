"""The workers of a Dask cluster: whether there are any, and what they have for nodes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from distributed import Client

from runtime.running import machine
from runtime.running.cluster_faults import cannot_load, no_scheduler, no_workers
from runtime.running.versions import refuse_other_versions, versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from distributed import Worker

MEMORY, GPU = "memory", "GPU"
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Described:
    """A worker: its threads, the bytes that nodes may hold (`declared`: it says so itself), its GPUs."""

    name: str
    threads: int
    memory: int
    declared: bool
    gpus: float
    versions: Mapping[str, str]


def memory_for_nodes(worker: Worker) -> int:
    """Return the bytes that nodes may hold: what the worker declares, else its limit, else the machine's."""
    declared = worker.state.total_resources.get(MEMORY)
    return int(declared or worker.memory_manager.memory_limit or machine.memory())


def described(dask_worker: Worker) -> Described:
    """Describe a worker, there; Dask hands it in by the name of the parameter."""
    has, threads = dask_worker.state.total_resources, int(dask_worker.state.nthreads)
    memory = memory_for_nodes(dask_worker)
    return Described(str(dask_worker.name), threads, memory, MEMORY in has, has.get(GPU, 0), versions())


def connected(address: str) -> Client:
    """Return a client of the scheduler at an address.

    Raises:
        ClusterFault: none answers there.
    """
    # Where it loses the scheduler it says so at length, and the run says it too.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=_SECONDS, set_as_default=False, name="specc")
    except (OSError, ValueError) as error:
        raise no_scheduler(address) from error


def able_workers(client: Client, address: str) -> list[Described]:
    """Return the workers that nodes can be asked of: those that declare memory for them, where some do.

    Raises:
        ClusterFault: there is no worker, or one is not as the run is.
    """
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        raise no_workers(address) from error
    workers = _described(client)
    for worker in workers:
        refuse_other_versions(versions(), worker.versions, worker.name)
    return [worker for worker in workers if worker.declared] or workers


def _described(client: Client) -> list[Described]:
    try:
        return list(client.run(described).values())
    except Exception as error:
        raise cannot_load(error) from error
