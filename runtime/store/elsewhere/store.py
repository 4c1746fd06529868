"""A store elsewhere: the layout of a local one at a place that fsspec reaches, behind a local one of its own.

    actions/<key>.json          the records; one is put when all that it names is there
    objects/<xx>/<sha256>       the files
    leases/<key>.json           who is building what (`runtime.store.elsewhere.leases`)
    roots/<cache>.<name>.json   what runs published, and need

Everything is read in the store of this machine, into which it is copied and verified on the way, and built
there before it is sent. docs/decisions/0025 says why.
"""

from __future__ import annotations

import math
import secrets
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from runtime.digests import sha256_file
from runtime.durable import write_atomically
from runtime.errors import CorruptArtifact, StoreUnreachable
from runtime.store import locks, upkeep
from runtime.store.elsewhere.files import FilesElsewhere
from runtime.store.elsewhere.leases import FOLDER as LEASES
from runtime.store.elsewhere.leases import Leases
from runtime.store.elsewhere.roots import SharedRoots
from runtime.store.objects import FOLDER, name_of
from runtime.store.record import REBUILD, unsealed
from runtime.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from runtime.store.artifact import Artifact
    from runtime.store.elsewhere.place import Place
    from runtime.store.outputs import Output
    from runtime.store.upkeep import Damage, Entry, Swept

# What was written so lately may belong to an upload that is under way.
GRACE = 3600.0
# A file that comes out wrong is fetched again before it is condemned: the network may be at fault.
_LOOKS = 2
_KEPT = "what was built is kept in {}; run again with the same store, and what is missing there is sent"


class StoreElsewhere(Store):
    """The store at a place, with the local store in `folder` in front of it."""

    def __init__(
        self,
        place: Place,
        folder: Path,
        *,
        on_corrupt: Callable[[CorruptArtifact], None],
        on_differing: Callable[[str, tuple[str, ...]], None],
    ) -> None:
        super().__init__(folder, on_corrupt=on_corrupt, on_differing=on_differing)
        self._place = place
        cache = _identity(self.root)
        self._leases = Leases(place, cache)
        self.shared_roots = SharedRoots(place, cache)
        self._building = set[str]()
        self._listed: set[str] | None = None

    @property
    def location(self) -> str:
        """What opens this store from another process, also of another machine."""
        return self._place.location

    @property
    def is_private(self) -> bool:
        """Whether no other process can see what is in it."""
        return self._place.is_private

    def is_there(self) -> bool:
        """Tell whether there is anything of a store at the place."""
        return bool(self._records())

    def ready(self) -> None:
        """Make sure that files can be put at the place and taken away again.

        Raises:
            StoreUnreachable: they cannot.
        """
        at_once, name = replace(self._place, patience=()), f"{LEASES}/probe.{secrets.token_hex(8)}"
        at_once.write(name, b"may be removed\n")
        at_once.remove([name])

    def find(self, key: str) -> Artifact | None:
        """Return the artifact of an action, from here or else from the place, or None if neither has it.

        What is damaged at the place is reported to `on_corrupt`, removed there, and absent from then on.

        Raises:
            StoreUnreachable: the place does not answer.
        """
        return super().find(key) or (self._fetched(key) if self._is_sent(key) else None)

    def share(self, artifact: Artifact) -> Artifact:
        """Send an artifact that is not at the place; return it, or the one that another machine sent first.

        Raises:
            StoreUnreachable: it could not be sent; it is kept here.
        """
        return artifact if self._is_sent(artifact.key) else self._sent(artifact)

    def commit(self, key: str, folder: Path, manifest: Mapping[str, object]) -> Artifact:
        """Commit here as any store does, then send what the place lacks, the record last.

        Raises:
            StoreUnreachable: it could not be sent; it is kept here.
        """
        return self._sent(super().commit(key, folder, manifest))

    def require(self, artifact: Artifact) -> None:
        """Make sure that every file of an artifact is here and whole; what is missing here is fetched.

        Raises:
            CorruptArtifact: one is not, and the place does not have it either.
        """
        try:
            super().require(artifact)
        except CorruptArtifact:
            try:
                self._fill(artifact.key, artifact.outputs.values(), None)
            except CorruptArtifact:
                # With its record gone, whoever has the files whole sends them again.
                self._place.remove([upkeep.action_name(artifact.key)])
                raise

    def doubt(self, key: str) -> None:
        """Ask the place again whether it has an action: another machine found it bad there."""
        self._forget(key)

    @contextmanager
    def lock(self, key: str, waits: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold an action among the runs of this machine and, by a lease, among those of all."""
        with self.lock_here(key, waits), self._leases.held(key, waits):
            self._building.add(key)
            try:
                yield
            finally:
                self._building.discard(key)

    def ls(self) -> tuple[Entry, ...]:
        """Return every action at the place, by key; `used` is when it was sent."""
        return upkeep.entries(FilesElsewhere(self._place))

    def usage(self) -> tuple[int, int]:
        """Return how many files there are at the place, and their bytes."""
        objects = self._place.listing(FOLDER).values()
        return len(objects), sum(each.size for each in objects)

    def verify(self) -> tuple[Damage, ...]:
        """Read all that is at the place and return what is damaged, without touching it."""
        return upkeep.damage(FilesElsewhere(self._place))

    def gc(self, reachable: AbstractSet[str], before: float = math.inf, *, remove: bool = True) -> Swept:
        """Remove from here and from the place what is not reachable; return what went from the place.

        What came to the place within the last hour stays: an upload may be under way.
        """
        super().gc(reachable, before, remove=remove)
        settled = min(before, time.time() - GRACE)
        swept = upkeep.collect(FilesElsewhere(self._place, settled), reachable, settled, remove=remove)
        if remove:
            left = self._place.listing(LEASES)
            self._place.remove(name for name, lease in left.items() if lease.written < settled)
        return swept

    def held_elsewhere(self) -> list[str]:
        """Return the machine of each action that another machine is building."""
        return self._leases.others()

    def record_folders(self) -> list[Path]:
        """Return folders with the records of here and of the place, which are copied for it."""
        copies = self.root.parent / "records"
        there, have = self._records(), {path.stem for path in (copies / upkeep.ACTIONS).glob("*.json")}
        for key in have - there:
            (copies / upkeep.action_name(key)).unlink()
        missing = [upkeep.action_name(key) for key in there - have]
        for name, content in self._place.read_all(missing).items():
            write_atomically(copies / name, content)
        return [self.root, copies]

    def _records(self) -> set[str]:
        listed = self._place.listing(upkeep.ACTIONS)
        return {name.rpartition("/")[2].removesuffix(".json") for name in listed}

    def _is_sent(self, key: str) -> bool:
        """Tell whether the place has the record of an action.

        Whoever holds the action looks: another may just have built it. For all others one listing will do.
        """
        if key in self._building:
            return self._place.size(upkeep.action_name(key)) is not None
        if self._listed is None:
            self._listed = self._records()
        return key in self._listed

    def _fetched(self, key: str) -> Artifact | None:
        """Copy an action from the place; None where it is gone, or damaged."""
        name = upkeep.action_name(key)
        try:
            content = self._place.read(name)
        except FileNotFoundError:
            return None
        try:
            record = unsealed(key, content, self._place.spelled(name))
            self._fill(key, record.outputs, content)
        except CorruptArtifact as fault:
            self._place.remove([name])
            self._forget(key)
            self.actions.on_corrupt(fault)
            return None
        return self.actions.artifact(record)

    def _forget(self, key: str) -> None:
        if self._listed is not None:
            self._listed.discard(key)

    def _fill(self, key: str, outputs: Iterable[Output], record: bytes | None) -> None:
        """Copy the files that are not here, whole, and then the record, if it is given.

        Raises:
            CorruptArtifact: some are not what they were; they are gone from the place.
        """
        with self.scratch(key) as folder:
            missing = sorted({output.sha256 for output in outputs if not self._is_here(output.sha256)})
            faults = self._place.each(missing, lambda sha256: self._fetch(sha256, folder / sha256))
            for fault in filter(None, faults):
                raise fault
            with self._publishing():
                for sha256 in missing:
                    self._files.harden(folder / sha256)
                    self.objects.put(folder / sha256, sha256)
                if record is not None:
                    self._files.write(upkeep.action_name(key), record, aside=folder)

    def _is_here(self, sha256: str) -> bool:
        try:
            self.objects.require(sha256)
        except CorruptArtifact:
            return False
        return True

    def _fetch(self, sha256: str, target: Path) -> CorruptArtifact | None:
        """Copy an object into a file; return what is wrong with it."""
        name, found = name_of(sha256), ""
        for _ in range(_LOOKS):
            try:
                self._place.fetch(name, target)
            except FileNotFoundError:
                return self._fault(f"object {sha256} is missing", name)
            found = sha256_file(target)
            if found == sha256:
                return None
        self._place.remove([name])
        return self._fault(f"object {sha256} has digest {found}", name)

    def _fault(self, message: str, name: str) -> CorruptArtifact:
        return CorruptArtifact(message, place=self._place.spelled(name), remedy=REBUILD)

    def _sent(self, artifact: Artifact) -> Artifact:
        """Send the files that the place lacks, then the record, unless another machine was first."""
        name = upkeep.action_name(artifact.key)
        try:
            with self.in_use():
                if not self._place.size(name):
                    self._place.each([*self._distinct(artifact)], self._send)
                    if self._place.create(name, self._files.read(name)):
                        return artifact
                return self._agreed(artifact)
        except StoreUnreachable as fault:
            fault.remedy = f"{fault.remedy}; {_KEPT.format(self.root)}"
            raise

    def _distinct(self, artifact: Artifact) -> dict[str, int]:
        return {output.sha256: output.size for output in artifact.outputs.values()}

    def _send(self, sha256: str) -> None:
        name = name_of(sha256)
        if self._place.size(name) != self.objects.size(sha256):
            self._place.send(self._files.path(name), name)

    def _agreed(self, ours: Artifact) -> Artifact:
        """Return what another machine sent first, and tell if the two disagree; ours, if that is damaged."""
        theirs = self._fetched(ours.key)
        if theirs is None:
            return self._sent(ours)
        self.actions.compare(ours.key, ours.outputs, theirs.outputs)
        return theirs


def _identity(root: Path) -> str:
    """Return the name of a cache, the same for as long as it is there."""
    file = root / "identity"
    with locks.held(root / "locks" / "identity"):
        if not file.exists():
            write_atomically(file, secrets.token_hex(8).encode())
    return file.read_text()
