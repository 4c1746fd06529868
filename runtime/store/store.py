"""The store: results by action key, files by digest, nothing by place or time.

    actions/<key>.json          the manifest of the node that has this key; its subjects point at objects
    objects/<xx>/<sha256>       files, read-only
    scratch/                    work in progress (`runtime.store.scratch`)
    runs/                       what live runs say of themselves (`runtime.running.live`)
    roots/                      where runs published what is in here (`runtime.store.roots`)
    locks/                      advisory locks; quarantine/ objects whose bytes went bad

An action exists when its record does. The record is the last thing a commit writes, in one rename, after
every object it names is on the disk; so a process killed at any instant leaves the action absent or whole,
and at worst some objects that nothing points at, which `gc` takes away.
"""

from __future__ import annotations

import logging
import math
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from runtime.durable import disk_full_as_fault
from runtime.errors import CorruptArtifact, StoreError
from runtime.store import locks, upkeep
from runtime.store import scratch as scratch_folders
from runtime.store.actions import Actions, checked
from runtime.store.files import LocalFiles
from runtime.store.objects import LocalObjects
from runtime.store.outputs import Output, describe
from runtime.store.record import Record, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from runtime.store.artifact import Artifact
    from runtime.store.elsewhere.roots import SharedRoots
    from runtime.store.files import State
    from runtime.store.upkeep import Damage, Entry, Swept

_log = logging.getLogger(__name__)


def log_corrupt(fault: CorruptArtifact) -> None:
    """Tell of a damaged action in the log."""
    _log.warning("%s", fault)


def log_differing(key: str, names: tuple[str, ...]) -> None:
    """Tell of two builds that are not equal in the log."""
    _log.warning("two builds of action %s differ in %s; the first is kept", key, ", ".join(names))


class Store:
    """A content-addressed store at `root`, safe under concurrent runs, threads and kills.

    `on_corrupt` hears of every damaged action, which is then treated as absent; `on_differing` of an action
    that two runs built with different contents (key, names of the files), of which the first is kept.

    Attributes:
        shared_roots: what other machines published out of it, where it is not on this one.
    """

    shared_roots: SharedRoots | None = None

    def __init__(
        self,
        root: Path,
        *,
        on_corrupt: Callable[[CorruptArtifact], None] = log_corrupt,
        on_differing: Callable[[str, tuple[str, ...]], None] = log_differing,
    ) -> None:
        self.root = root.absolute()
        self._files = LocalFiles(self.root)
        self.objects = LocalObjects(self._files)
        self._scratch = self.root / "scratch"
        self.runs = self.root / "runs"
        self.roots = self.root / "roots"
        self._locks = self.root / "locks"
        self.actions = Actions(self._files, self.objects, self.require, on_corrupt, on_differing)
        for folder in (self.root / upkeep.ACTIONS, self.objects.folder, self._scratch, self._locks):
            folder.mkdir(parents=True, exist_ok=True)
        self.sweep()

    @property
    def location(self) -> str:
        """What opens this store from another process (`runtime.store.open_store`)."""
        return str(self.root)

    @property
    def is_private(self) -> bool:
        """Whether no other process can see what is in it."""
        return False

    def here(self, artifact: Artifact) -> Artifact:
        """Return an artifact that another machine found or built, with its files where this one has them.

        Raises:
            CorruptArtifact: they cannot be had.
        """
        if artifact.objects == self.objects.folder:
            return artifact
        self.require(artifact)
        return replace(artifact, objects=self.objects.folder)

    def is_there(self) -> bool:
        """Tell whether there is a store at its location; one on this machine is made when it is opened."""
        return True

    def doubt(self, key: str) -> None:
        """Hear that another process found an action bad; what is here is looked at each time anyway."""

    def ready(self) -> None:
        """Make sure that what is built can be kept; a store on this machine was asked when it was opened."""

    def share(self, artifact: Artifact) -> Artifact:
        """Make sure that all who open this store find an artifact; return it, or an equal one of theirs."""
        return artifact

    def held_elsewhere(self) -> list[str]:
        """Return the machine of each action that another machine is building, as far as that is told."""
        return []

    def record_folders(self) -> list[Path]:
        """Return the folders that have records under `actions`."""
        return [self.root]

    def usage(self) -> tuple[int, int]:
        """Return how many files there are, and their bytes."""
        sizes = [self.objects.size(sha256) for sha256 in self.objects.walk()]
        return len(sizes), sum(sizes)

    def sweep(self) -> None:
        """Remove what processes that are dead were working on."""
        scratch_folders.sweep(self._scratch)

    def find(self, key: str) -> Artifact | None:
        """Return the artifact of an action, each byte verified once a process, or None if it is not there.

        A damaged action is reported to `on_corrupt`, set aside and absent from then on.
        """
        try:
            return self.actions.load(key)
        except CorruptArtifact:
            with self._publishing():
                return self.actions.load_or_discard(key)

    @contextmanager
    def scratch(self, key: str) -> Iterator[Path]:
        """Give a private empty folder on the store's file system; what is not committed goes with the block.

        Raises:
            DiskFull: the block met a full disk.
        """
        with self.in_use(), scratch_folders.scratch(self._scratch, checked(key)) as folder:
            yield folder

    def commit(self, key: str, folder: Path, manifest: Mapping[str, object]) -> Artifact:
        """Move the files of a finished scratch folder in and return the artifact.

        The subjects of the manifest, if it names any, must be the files; otherwise they are filled in. If
        another run has committed the key meanwhile, its artifact is returned and these files are dropped.

        Raises:
            StoreError: the folder is no scratch folder of this store, or is not what the manifest says.
            DiskFull: no room; nothing is half-written.
            TypeError, ValueError: the manifest is not JSON (NaN is not).
        """
        self._require_scratch(folder)
        outputs = _agreed(describe(folder), manifest, folder)
        record = Record(checked(key), manifest, outputs)
        draft = sealed(record)  # before anything moves: a manifest that is not JSON is refused here
        with disk_full_as_fault(self.action_path(key)), self.in_use():
            for output in outputs:
                self._files.harden(folder / output.name)
            with self._publishing():
                return self.actions.earlier(record) or self.actions.put(record, draft, folder)

    def require(self, artifact: Artifact) -> None:
        """Make sure that every file of an artifact is there and whole; what is known to be is not read again.

        Raises:
            CorruptArtifact: one is not.
        """
        for output in artifact.outputs.values():
            self.objects.require(output.sha256)

    def verified(self, artifact: Artifact) -> dict[str, State]:
        """Return how the files of an artifact were when this process found them good."""
        return self.objects.verified(output.sha256 for output in artifact.outputs.values())

    @contextmanager
    def lock(self, key: str, waits: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold the action `key` (lock, `find`, build, `commit`), so that no two runs do the same work.

        Waits for the holder, once `waits` has been called; released when the holder dies. Not re-entrant.
        """
        with self.lock_here(key, waits):
            yield

    @contextmanager
    def lock_here(self, name: str, waits: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold a name as `lock` does, among the runs of this machine."""
        with self.in_use(), locks.held(self._locks / f"key.{checked(name)}", waits=waits):
            yield

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep `gc` out while the block runs; a run wraps itself in this, and its artifacts stay in place."""
        with locks.held(self.use_lock, shared=True):
            yield

    @property
    def use_lock(self) -> Path:
        """The lock that everybody shares who relies on what is in the store, and that `gc` takes alone."""
        return self._locks / "in-use"

    def action_path(self, key: str) -> Path:
        """Return where the record of an action lives, or would."""
        return self.actions.path(key)

    def ls(self) -> tuple[Entry, ...]:
        """Return every stored action, by key."""
        return upkeep.entries(self._files)

    def verify(self) -> tuple[Damage, ...]:
        """Read the whole store again and return what is damaged, without touching it."""
        with self.in_use():
            return upkeep.damage(self._files)

    def gc(self, reachable: AbstractSet[str], before: float = math.inf, *, remove: bool = True) -> Swept:
        """Remove every action whose key is not reachable, what only it pointed at, and quarantined objects.

        `before` spares what was used since then (seconds since 1970); without `remove` all is only counted.

        Raises:
            StoreError: a run is using the store.
        """
        refusal = StoreError(
            "the store is in use, so nothing can be removed",
            place=str(self.root),
            remedy="wait for the running builds to end, then collect again",
        )
        with locks.held_or_refused(self.use_lock, refusal):
            for lock in self._locks.glob("key.*") if remove else ():
                lock.unlink()  # nobody has one open: they are taken within `in_use`
            return upkeep.collect(self._files, reachable, before, remove=remove)

    def _publishing(self) -> AbstractContextManager[None]:
        return locks.held(self._locks / "publish")

    def _require_scratch(self, folder: Path) -> None:
        if folder.absolute().parent != self._scratch:
            raise StoreError(
                "only a scratch folder of this store can be committed: others may be on another file system",
                place=str(folder),
                remedy="write the files in `with store.scratch(key) as folder`",
            )


def _agreed(found: tuple[Output, ...], manifest: Mapping[str, object], folder: Path) -> tuple[Output, ...]:
    """Refuse a manifest that speaks of other files, or other bytes, than the folder has."""
    claimed = manifest.get("subject")
    if claimed is None or claimed == [output.as_subject() for output in found]:
        return found
    raise StoreError(
        f"the manifest's subjects are not the folder's files: {', '.join(output.name for output in found)}",
        place=str(folder),
        remedy="describe the folder after its last file is written, and commit it unchanged",
    )
