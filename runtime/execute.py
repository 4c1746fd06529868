"""Carries out a plan: each node is found in the store by the content of what it reads, or built into it."""

from __future__ import annotations

import errno
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import duckdb
import polars as pl

from compiler.plan import Node, Plan
from compiler.plan import digest as digest_of
from compiler.plan.keys import key_document
from runtime.errors import DiskFull, NodeFailed
from runtime.findings import findings
from runtime.manifest import Attempt, Dependency, Step, artifact_manifest
from runtime.names import stands_for
from runtime.operations import OPERATIONS
from runtime.operations.file import stand_ins
from runtime.peak import Peak
from runtime.task import Surroundings, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.store import Artifact, Store

Action = Literal["built", "reused"]


class Listener(Protocol):
    """Hears how a run goes."""

    def started(self, node: Node) -> None:
        """A node is about to be built."""

    def progressed(self, node: Node, done: int, total: int) -> None:
        """A part of a node is done."""

    def finished(self, node: Node, action: Action, seconds: float) -> None:
        """A node's artifact is there."""


@dataclass(frozen=True, slots=True)
class Done:
    """One finished node; `key` is made from the content of its inputs, not from the plan's keys."""

    node: Node
    key: str
    artifact: Artifact
    action: Action
    seconds: float


@dataclass
class Run:
    """A plan being carried out, and what it has given so far."""

    plan: Plan
    store: Store
    surroundings: Surroundings
    listener: Listener
    invocation: str = field(default_factory=lambda: uuid.uuid4().hex)
    done: dict[str, Done] = field(default_factory=dict)
    stand_ins: dict[str, dict[str, str]] = field(default_factory=dict)

    def execute(self) -> dict[str, Done]:
        """Carry out every node.

        Raises:
            RuntimeFault: a node could not be carried out. What was built before it stays in the store.
        """
        # A file that only the user has is asked for before anything begins.
        self.stand_ins = stand_ins(self.plan.nodes, self.surroundings)
        with self.store.in_use():
            for node in self.plan.nodes:
                self.done[node.address] = self._carry_out(node)
        return self.done

    def _carry_out(self, node: Node) -> Done:
        document = key_document(node, self.plan.seed, self._content)
        if node.address in self.stand_ins:
            # Nothing in the plan says which bytes are meant: those that are there say it.
            document = {**document, "stand_ins": self.stand_ins[node.address]}
        key = digest_of(document)
        begun = time.monotonic()
        with self.store.lock(key):
            artifact = self.store.find(key)
            action: Action = "built" if artifact is None else "reused"
            if artifact is None:
                self.listener.started(node)
                artifact = self._build(node, key, document)
        seconds = time.monotonic() - begun
        self.listener.finished(node, action, seconds)
        return Done(node, key, artifact, action, seconds)

    def _build(self, node: Node, key: str, document: dict[str, Any]) -> Artifact:
        begun = datetime.now(UTC)
        # Only what the node declares: what it reads beyond that would be missing from its key.
        inputs = {address: self.done[address].artifact for address in sorted(node.inputs.nodes())}
        with self.store.scratch(key) as folder:
            task = Task(node, self.plan.seed, inputs, folder, self.surroundings, self._progress(node))
            with Peak() as peak:
                _guarded(node, OPERATIONS[node.operation, node.version], task)
            step = Step(node.address, key, document, {"bundle": self.plan.bundle}, _dependencies(inputs))
            manifest = artifact_manifest(step, self._attempt(node, begun, peak.bytes), findings(task))
            return self.store.commit(key, folder, manifest)

    def _progress(self, node: Node) -> Callable[[int, int], None]:
        return lambda done, total: self.listener.progressed(node, done, total)

    def _attempt(self, node: Node, begun: datetime, peak: int) -> Attempt:
        ended = datetime.now(UTC)
        seconds = (ended - begun).total_seconds()
        # With what was expected of these rows, what was measured can be carried over to others.
        expected = {"seconds": node.estimate.seconds, "bytes": node.estimate.memory}
        times = begun.isoformat(), ended.isoformat()
        return Attempt(self.invocation, *times, seconds, peak, expected=expected)

    def _content(self, address: str, entity: str | None, column: str | None) -> str:
        """Say what stands for an input in a key: the digest of what was really written."""
        artifact = self.done[address].artifact
        return stands_for(artifact.content, artifact.names, entity, column)


def _digest(artifact: Artifact) -> str:
    return stands_for(artifact.content, artifact.names, None, None)


def _dependencies(inputs: dict[str, Artifact]) -> list[Dependency]:
    return [Dependency(a, f"specc:{a}", {"sha256": _digest(artifact)}) for a, artifact in inputs.items()]


def _guarded(node: Node, operation: Callable[[Task], None], task: Task) -> None:
    """Run an operation; what it cannot know of its place is added to what it says.

    Faults of the data become `NodeFailed`; anything else is a bug of ours and passes unchanged.
    """
    place = f"{node.address} ({node.place})" if node.place else node.address
    try:
        operation(task)
    except NodeFailed as fault:
        fault.place = fault.place or place
        raise
    except (OSError, pl.exceptions.PolarsError) as error:
        if _is_full(error):
            raise DiskFull(
                f"no room left while building {node.address}",
                place=str(task.folder),
                remedy="free some space and run again",
            ) from error
        if isinstance(error, OSError):
            raise
        raise _failed(error, place) from error
    except (duckdb.Error, ValueError, MemoryError) as error:
        raise _failed(error, place) from error


def _is_full(error: Exception) -> bool:
    # polars passes on the system's words, not its number.
    return getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or "(os error 28)" in str(error)


def _failed(error: Exception, place: str) -> NodeFailed:
    first = (str(error).splitlines() or ["memory is exhausted"])[0]
    return NodeFailed(first, place=place, remedy="see the declaration named above")
