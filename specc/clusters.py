"""A cluster to carry a plan out on; what it takes is loaded only where somebody asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.errors import ClusterFault
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from runtime.running.cluster import Cluster

_EXTRA = {"dask", "distributed"}


def cluster_at(address: str, location: str, budget: int, jobs: int | None) -> Cluster:
    """Return the cluster whose scheduler is at an address, for nodes whose store is at a location.

    Raises:
        CommandFault: the extra that it takes is not installed, or the cluster cannot be used.
    """
    try:
        from runtime.running.cluster import Cluster  # noqa: PLC0415 - an extra, and it takes half a second
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        message, remedy = (
            f"`--scheduler` takes {error.name}, which is not installed",
            "pip install 'specc[dask]'",
        )
        raise CommandFault(Exit.USAGE, message, remedy=remedy) from error
    try:
        return Cluster(address, location, budget, jobs)
    except ClusterFault as fault:
        raise CommandFault(Exit.USAGE, fault.message, place=fault.place, remedy=fault.remedy) from fault
