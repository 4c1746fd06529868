"""What a run says of a cluster that is not there, or not as it needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.errors import ClusterFault
from runtime.running.job import place_of

if TYPE_CHECKING:
    from compiler.plan import Node


def no_scheduler(address: str) -> ClusterFault:
    """Return what is said where none answers."""
    return ClusterFault(
        f"no scheduler answers at {address}",
        remedy="start one with `dask scheduler`, and name the address that it prints",
        kind="no-scheduler",
    )


def no_workers(address: str) -> ClusterFault:
    """Return what is said of a scheduler alone."""
    return ClusterFault(
        f"the scheduler at {address} has no workers",
        remedy=f"start some with `dask worker {address}`",
        kind="no-workers",
    )


def cannot_load(error: Exception) -> ClusterFault:
    """Return what is said of a worker on which specc is not installed, or is another one."""
    first = (str(error).splitlines() or [""])[0]
    return ClusterFault(
        f"a worker cannot load specc: {type(error).__name__}: {first}",
        remedy="install specc with the extras `run` and `dask` where the workers run, the same version",
        kind="other-versions",
    )


def no_gpu(node: Node) -> ClusterFault:
    """Return what is said of a node that would wait for ever."""
    return ClusterFault(
        f"{node.address} asks for a GPU, and no worker has one to give",
        place=place_of(node),
        remedy="start a worker with `dask worker ADDRESS --resources GPU=1`",
        kind="no-gpu",
    )


def too_often(node: Node, times: int) -> ClusterFault:
    """Return what is said of a node with which one worker after another went away."""
    return ClusterFault(
        f"{times} workers were lost with {node.address}, one after the other",
        place=place_of(node),
        remedy="look at the logs of the workers: it may be what ends them",
        kind="worker-lost",
    )


def scheduler_lost(address: str, node: Node) -> ClusterFault:
    """Return what is said where the scheduler is gone, or knows nothing of the node any more."""
    return ClusterFault(
        f"the scheduler at {address} is lost, or was started anew",
        place=node.address,
        remedy="start it and its workers, and run again: finished steps are kept",
        kind="scheduler-lost",
    )
