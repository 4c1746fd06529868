"""What can go wrong while a plan is carried out, as one tree. Every fault names its place and its remedy.

RuntimeFault            anything the runtime reports to people; never raised itself
├── FetchError          a source could not be had: registry, network, archive, path
│   └── DigestMismatch  the bytes are there, but they are not the locked ones
├── StoreError          the store was asked for, or given, something it cannot hold
│   ├── CorruptArtifact stored bytes do not match their digest, or are gone
│   └── StoreUnreachable a store that is not on this machine does not answer, or refuses
├── DiskFull            no room left to write
├── ClusterFault        a cluster is not there, or is not as the run needs it
└── NodeFailed          a step of the plan failed; the cause is chained
"""

from __future__ import annotations

from typing import ClassVar


class RuntimeFault(Exception):  # noqa: N818  a fault is a report to people, its subclasses say of what
    """A failure with a message, the place it happened (node address or file) and what to do about it.

    `kind` is a stable word for machines: the class's own, or a narrower one given by the raiser.
    """

    default_kind: ClassVar[str] = "runtime-fault"

    def __init__(
        self, message: str, *, place: str | None = None, remedy: str | None = None, kind: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy
        self.kind = kind or self.default_kind

    def __str__(self) -> str:
        """Render the message, then the place and the remedy on lines of their own where they are known."""
        lines = [self.message]
        if self.place is not None:
            lines.append(f"  at: {self.place}")
        if self.remedy is not None:
            lines.append(f"  remedy: {self.remedy}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling with every field: nodes run in processes of their own."""
        return (_revive, (type(self), self.message, self.__dict__.copy()))


def _revive(fault: type[RuntimeFault], message: str, fields: dict[str, object]) -> RuntimeFault:
    revived = fault(message)
    revived.__dict__.update(fields)
    return revived


class FetchError(RuntimeFault):
    """A source could not be had: registry, network, archive or path."""

    default_kind = "fetch-failed"


class DigestMismatch(FetchError):  # noqa: N818  the name the plan's reason list uses
    """The bytes of a source are not the locked ones."""

    default_kind = "digest-mismatch"


class StoreError(RuntimeFault):
    """The store was asked for, or given, something it cannot hold."""

    default_kind = "store-failed"


class CorruptArtifact(StoreError):  # noqa: N818  the name the plan's reason list uses
    """Stored bytes do not match their digest, or are gone."""

    default_kind = "artifact-corrupt"


class StoreUnreachable(StoreError):  # noqa: N818  as above
    """A store that is not on this machine does not answer, or refuses."""

    default_kind = "store-unreachable"


class DiskFull(RuntimeFault):
    """No room left to write."""

    default_kind = "disk-full"


class ClusterFault(RuntimeFault):
    """A cluster is not there, or is not as the run needs it."""

    default_kind = "cluster-failed"


class NodeFailed(RuntimeFault):
    """A step of the plan failed; the cause is chained."""

    default_kind = "node-failed"
