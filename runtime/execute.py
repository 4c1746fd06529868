"""Carries out a plan: node after node, each found in the store by the content of what it reads, or built and put there."""

from __future__ import annotations

import errno
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import duckdb
import polars as pl
import psutil
from compiler.plan import Node, Plan
from compiler.plan.keys import key_document
from compiler.plan import digest as digest_of

from runtime.errors import DiskFull, NodeFailed
from runtime.findings import findings
from runtime.frames import column_file, rows_file
from runtime.manifest import Attempt, Dependency, Step, artifact_manifest
from runtime.operations import OPERATIONS
from runtime.store import Artifact, Store
from runtime.task import Surroundings, Task

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
    """One finished node."""

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

    def execute(self) -> dict[str, Done]:
        """Carry out every node.

        Raises:
            RuntimeFault: a node could not be carried out. What was built before it stays in the store.
        """
        with self.store.in_use():
            for node in self.plan.nodes:
                self.done[node.address] = self._carry_out(node)
        return self.done

    def _carry_out(self, node: Node) -> Done:
        document = key_document(node, self.plan.seed, self._content)
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
        with self.store.scratch(key) as folder:
            task = Task(node, self.plan.seed, {a: d.artifact for a, d in self.done.items()}, folder, self.surroundings,
                        lambda done, total: self.listener.progressed(node, done, total))
            _guarded(node, OPERATIONS[node.operation, node.version], task)
            step = Step(node.address, key, document, {"bundle": self.plan.bundle}, self._dependencies(node))
            manifest = artifact_manifest(step, self._attempt(begun), findings(task))
            return self.store.commit(key, folder, manifest)

    def _attempt(self, begun: datetime) -> Attempt:
        ended = datetime.now(UTC)
        peak = psutil.Process().memory_info().rss
        return Attempt(self.invocation, begun.isoformat(), ended.isoformat(), (ended - begun).total_seconds(), peak)

    def _content(self, address: str, entity: str | None, column: str | None) -> str:
        """Say what stands for an input in a key: the digest of what was really written."""
        artifact = self.done[address].artifact
        if entity is None:
            return digest_of({name: artifact.content(name) for name in artifact.names})
        return artifact.content(rows_file(entity) if column is None else column_file(entity, column))

    def _dependencies(self, node: Node) -> list[Dependency]:
        return [
            Dependency(address, f"specc:{address}", {"sha256": digest_of({n: a.content(n) for n in a.names})})
            for address in sorted(node.inputs.nodes())
            for a in [self.done[address].artifact]
        ]


def _guarded(node: Node, operation: Callable[[Task], None], task: Task) -> None:
    """Run an operation; what it cannot know of its place is added to what it says."""
    try:
        operation(task)
    except NodeFailed as fault:
        fault.place = fault.place or f"{node.address} ({node.place})"
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"no room left while building {node.address}", place=str(task.folder), remedy="free some space and run again") from error
        raise
    except (duckdb.Error, pl.exceptions.PolarsError, ValueError, MemoryError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise NodeFailed(first, place=f"{node.address} ({node.place})", remedy="see the declaration named above") from error
