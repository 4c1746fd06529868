"""Sets a plan up to be carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.execute import Listener, Run
from runtime.store import Store
from runtime.task import Surroundings
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from specc.places import Places


def prepared(plan: Plan, bundle: Path, places: Places, listener: Listener) -> Run:
    """Return the run of a plan, ready to start.

    Raises:
        CommandFault: the store cannot be used.
    """
    try:
        store = Store(places.store)
    except OSError as error:
        remedy = "name a folder that you may write to with --store or $SPECC_STORE"
        message = f"the store {places.store} cannot be used: {error.strerror}"
        raise CommandFault(Exit.USAGE, message, remedy=remedy) from error
    files = plan.metadata["files"]
    surroundings = Surroundings(bundle.resolve(), places.cache, places.overrides, files, places.chunks)
    return Run(plan, store, surroundings, listener)
