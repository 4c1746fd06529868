"""One node carried out, in whatever process: found in the store after all, or built into it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from runtime.durable import says_full
from runtime.errors import CorruptArtifact, DigestMismatch, DiskFull, NodeFailed, RuntimeFault
from runtime.manifest import Attempt, Dependency, Step, artifact_manifest
from runtime.names import stands_for
from runtime.peak import Peak
from runtime.running.room import expected
from runtime.stand_ins import stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.plan import Node
    from runtime.store import Artifact, Store
    from runtime.store.files import State
    from runtime.surroundings import Surroundings
    from runtime.task import Task

    Operations = Mapping[tuple[str, int], Callable[[Task], None]]
    Tell = Callable[["Message"], None]

Action = Literal["built", "reused"]


@dataclass(frozen=True, slots=True)
class Job:
    """A node with everything that its process must know.

    Attributes:
        key: of its action; `document` is what that is the digest of.
        inputs: the artifacts that it declares; `verified` is how their files were when they were last read.
        stand_ins: digests of the user's files that it reads and that nothing pins, as the run found them.
        anew: build it though the store has it.
        operations: what carries nodes out; None for the runtime's own.
        workers: how many processes of its own the node may run at a time; None for all that it asks for.
        limit: bytes that it may hold, whatever else runs; None for what all may hold together.
    """

    node: Node
    seed: int
    bundle: str
    invocation: str
    key: str
    document: Mapping[str, Any]
    inputs: Mapping[str, Artifact]
    surroundings: Surroundings
    verified: Mapping[str, State] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    anew: bool = False
    operations: Operations | None = None
    workers: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A worker of a cluster has taken the node on."""

    worker: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another run is building the node just now."""


@dataclass(frozen=True, slots=True)
class Started:
    """The node is being built."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the node is done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that a person should know, and that stops nothing."""

    message: str


@dataclass(frozen=True, slots=True)
class Built:
    """The node's artifact is there; `verified` is how its files were when their digests were made."""

    artifact: Artifact
    action: Action
    seconds: float
    verified: Mapping[str, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rotten:
    """The node could not begin: what `address` wrote has gone bad since it was found."""

    address: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The node could not be carried out."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The node was ended: it held `held` bytes of `memory`. `alone` tells that nothing else ran beside it."""

    held: int
    alone: bool
    memory: int


Message = Taken | Waiting | Started | Part | Warned | Built | Rotten | Failed | TooLarge
END = (Built, Rotten, Failed, TooLarge)


def carry_out(job: Job, store: Store, tell: Tell) -> Built | Rotten:
    """Carry out a node whose inputs are all there, once, whoever else is at it.

    Raises:
        RuntimeFault: it could not be; nothing of it is left.
    """
    store.objects.trust(job.verified)
    inputs: dict[str, Artifact] = {}
    for address, read in job.inputs.items():
        try:
            store.require(read)
            inputs[address] = store.here(read)
        except CorruptArtifact:
            return Rotten(address)
    job = replace(job, inputs=inputs)
    begun = time.monotonic()
    with store.lock(job.key, waits=lambda: tell(Waiting())):
        artifact = None if job.anew else store.find(job.key)
        if artifact is not None:
            artifact = store.share(artifact)
            return Built(artifact, "reused", time.monotonic() - begun, store.verified(artifact))
        tell(Started())
        begun = time.monotonic()
        built = _build(job, store, tell)
    return Built(built, "built", time.monotonic() - begun, store.verified(built))


def _build(job: Job, store: Store, tell: Tell) -> Artifact:
    # Imported here: a run that finds everything in its store needs none of what operations need.
    from runtime.findings import findings  # noqa: PLC0415
    from runtime.task import Task  # noqa: PLC0415

    node, begun = job.node, datetime.now(UTC)
    with store.scratch(job.key) as folder:
        progress = lambda done, total: tell(Part(done, total))  # noqa: E731
        around = job.surroundings
        task = Task(node, job.seed, job.inputs, folder, around, progress, workers=job.workers)
        with Peak() as peak:
            _guarded(node, _operation(job), task)
        attempt = _attempt(job, begun, peak)
        if job.stand_ins:
            _refuse_changed(job)
        step = Step(node.address, job.key, job.document, {"bundle": job.bundle}, _dependencies(job.inputs))
        return store.commit(job.key, folder, artifact_manifest(step, attempt, findings(task)))


def _operation(job: Job) -> Callable[[Task], None]:
    from runtime.operations import OPERATIONS  # noqa: PLC0415 - as above

    known = OPERATIONS if job.operations is None else job.operations
    return known[job.node.operation, job.node.version]


def _attempt(job: Job, begun: datetime, peak: Peak) -> Attempt:
    ended, model = datetime.now(UTC), expected(job.node, job.workers)
    return Attempt(
        job.invocation,
        begun.isoformat(),
        ended.isoformat(),
        (ended - begun).total_seconds(),
        peak.bytes,
        cpu_seconds=peak.cpu_seconds,
        device_bytes=peak.device_bytes,
        # With what was expected of these rows, what was measured can be carried over to others.
        expected={"seconds": model.seconds, "bytes": model.memory},
    )


def _refuse_changed(job: Job) -> None:
    """Refuse a file of the user's that is not what it was when the run began: its key would tell a lie."""
    if stand_ins((job.node,), job.surroundings) != {job.node.address: dict(job.stand_ins)}:
        raise DigestMismatch(
            f"a file that stands in for {job.node.address} changed while it was read",
            place=str(job.surroundings.overrides),
            remedy="run again when nobody writes to it",
        )


def digest_of(artifact: Artifact) -> str:
    """Return the one digest that stands for a whole artifact."""
    return stands_for(artifact.content, artifact.names, None, None)


def _dependencies(inputs: Mapping[str, Artifact]) -> list[Dependency]:
    return [Dependency(a, f"specc:{a}", {"sha256": digest_of(inputs[a])}) for a in sorted(inputs)]


def _guarded(node: Node, operation: Callable[[Task], None], task: Task) -> None:
    """Run an operation; what it cannot know of its place is added to what it says.

    Faults of the data become `NodeFailed`; anything else is a bug of ours and passes unchanged.
    """
    place = place_of(node)
    try:
        operation(task)
    except NodeFailed as fault:
        fault.place = fault.place or place
        raise
    except RuntimeFault:
        raise
    except Exception as error:
        if says_full(error):
            raise DiskFull(
                f"no room left while building {node.address}",
                place=str(task.folder),
                remedy="free some space and run again",
            ) from error
        if _is_of_the_data(error):
            raise _failed(error, place) from error
        raise


def _is_of_the_data(error: Exception) -> bool:
    import duckdb  # noqa: PLC0415 - as above
    import polars as pl  # noqa: PLC0415

    return isinstance(error, (duckdb.Error, pl.exceptions.PolarsError, ValueError, MemoryError))


def place_of(node: Node) -> str:
    """Return a node's address, and where its declaration stands."""
    return f"{node.address} ({node.place})" if node.place else node.address


def _failed(error: Exception, place: str) -> NodeFailed:
    first = (str(error).splitlines() or ["memory is exhausted"])[0]
    return NodeFailed(first, place=place, remedy="see the declaration named above")
