"""Sets a plan up to be carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.execute import Listener, Run
from runtime.running.machine import cores
from runtime.running.processes import Processes
from runtime.running.worker import differs
from runtime.store import open_store
from runtime.surroundings import Surroundings
from specc.exits import Exit
from specc.faults import CommandFault
from specc.stores import reached

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from compiler.plan import Plan
    from runtime.running.cluster import Cluster
    from runtime.running.crew import Crew
    from runtime.store import Store
    from specc.places import Places


@dataclass(frozen=True, slots=True)
class Manner:
    """How a plan is carried out; none of it changes a result.

    Attributes:
        memory: bytes that nodes may hold together.
        needs: bytes that each is expected to hold.
        jobs: how many run at a time; None for one a processor, 0 for all in this process.
        anew: nodes that are built though the store has them.
        cluster: who carries nodes out instead of this machine.
    """

    memory: int
    needs: Mapping[str, int]
    jobs: int | None = None
    anew: frozenset[str] = frozenset()
    cluster: Cluster | None = None


def prepared(plan: Plan, bundle: Path, places: Places, listener: Listener, manner: Manner) -> Run:
    """Return the run of a plan, ready to start.

    Raises:
        CommandFault: the store cannot be used.
    """
    store = opened(places.location, listener)
    if store.is_private and (manner.cluster is not None or manner.jobs != 0):
        message = (
            f"no other process can see what is in {store.location}, and steps have processes of their own"
        )
        raise CommandFault(Exit.USAGE, message, remedy="add --in-process, or name another store")
    where, crew = surroundings(plan, bundle, places), manner.cluster or _crew_here(store, manner)
    return Run(
        plan, store, where, listener,
        crew=crew, needs=manner.needs, memory=manner.memory, anew=manner.anew,
        largest=None if manner.cluster is None else manner.cluster.largest,
    )  # fmt: skip


def _crew_here(store: Store, manner: Manner) -> Crew | None:
    return None if manner.jobs == 0 else Processes(store.location, manner.jobs or cores(), manner.memory)


def surroundings(plan: Plan, bundle: Path, places: Places) -> Surroundings:
    """Return where a plan's run takes place."""
    files = plan.metadata["files"]
    return Surroundings(bundle.resolve(), places.cache, places.overrides, files, places.chunks)


def opened(location: str, listener: Listener) -> Store:
    """Return the store at a location; what it has to tell goes to the listener.

    Raises:
        CommandFault: it cannot be used.
    """
    try:
        with reached():
            store = open_store(
                location,
                on_corrupt=lambda fault: listener.warned(str(fault)),
                on_differing=lambda key, names: listener.warned(differs(key, names)),
            )
            store.ready()
            return store
    except OSError as error:
        remedy = "name a folder that you may write to with --store or $SPECC_STORE"
        message = f"the store {location} cannot be used: {error.strerror}"
        raise CommandFault(Exit.USAGE, message, remedy=remedy) from error
