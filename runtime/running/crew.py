"""Who carries nodes out: here the process of the run itself, one node after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from runtime.running.job import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.running.job import Job, Message
    from runtime.store import Store

    Hear = Callable[[str, Message], None]


class Crew(Protocol):
    """Carries nodes out, `slots` at a time; `held` is what those that run hold in bytes, where known."""

    slots: int

    def start(self, job: Job, need: int) -> None:
        """Begin with a node, for which `need` bytes are set aside."""

    def wait(self, hear: Hear) -> None:
        """Pass on what there is to hear of nodes; comes back once there was something."""

    def held(self) -> dict[str, int]:
        """Return the bytes that each running node holds, as far as that is measured."""

    def end(self) -> None:
        """End all that still runs, at once."""


class InProcess:
    """Carries nodes out in this process: for a debugger, and for tests. Nothing limits their memory."""

    slots = 1

    def __init__(self, store: Store) -> None:
        self._store = store
        self._job: Job | None = None

    def start(self, job: Job, need: int) -> None:  # noqa: ARG002 - nothing is set aside
        """Take a node on."""
        self._job = job

    def wait(self, hear: Hear) -> None:
        """Carry the node out.

        Raises:
            RuntimeFault: it could not be; whatever else it raised passes unchanged.
        """
        job, self._job = self._job, None
        if job is not None:
            hear(job.node.address, carry_out(job, self._store, lambda said: hear(job.node.address, said)))

    def held(self) -> dict[str, int]:
        """Return nothing: a process that is watched from inside tells too little."""
        return {}

    def end(self) -> None:
        """Nothing outlives a wait."""
