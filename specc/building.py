"""Carries a plan out, and tells what stops it in the words of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.errors import RuntimeFault
from runtime.execute import Listener, Run
from runtime.store import Store
from runtime.task import Surroundings

from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from compiler.plan import Plan

    from specc.places import Places

KEPT = "finished steps stay in the store; run again to go on"


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


@contextmanager
def told(note: str | None = KEPT) -> Iterator[None]:
    """Turn what stops a build, a failed step or Ctrl-C, into the end of the command."""
    try:
        yield
    except RuntimeFault as fault:
        raise CommandFault(
            Exit.FAILED, fault.message, place=fault.place, remedy=fault.remedy, note=note
        ) from fault
    except KeyboardInterrupt as interrupt:
        raise CommandFault(Exit.INTERRUPTED, "interrupted", note=note) from interrupt
