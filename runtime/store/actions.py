"""The records of actions in a store: read and held to their bytes, put in last, thrown out when damaged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runtime.errors import CorruptArtifact, StoreError
from runtime.store import upkeep
from runtime.store.artifact import Artifact
from runtime.store.record import Record, unsealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runtime.store.files import LocalFiles
    from runtime.store.objects import LocalObjects
    from runtime.store.outputs import Output

_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.:-]{0,127}")


def checked(key: str) -> str:
    """Return a key that may be a file's name.

    Raises:
        StoreError: it may not.
    """
    if _KEY.fullmatch(key) is None:
        raise StoreError(f"{key!r} is not an action key", remedy="use the key of the plan's node")
    return key


class Actions:
    """The records of a store; all but `load` is for who holds its publishing lock.

    `require` makes sure that the files of an artifact are there and whole.
    """

    def __init__(
        self,
        files: LocalFiles,
        objects: LocalObjects,
        require: Callable[[Artifact], None],
        on_corrupt: Callable[[CorruptArtifact], None],
        on_differing: Callable[[str, tuple[str, ...]], None],
    ) -> None:
        self._files, self._objects, self._require = files, objects, require
        self.on_corrupt, self.on_differing = on_corrupt, on_differing

    def path(self, key: str) -> Path:
        """Return where the record of an action lives, or would."""
        return self._files.path(upkeep.action_name(checked(key)))

    def load(self, key: str) -> Artifact | None:
        """Return the artifact of an action, each byte verified once a process, or None if it is not there.

        Raises:
            CorruptArtifact: its record or a file of it is damaged.
        """
        try:
            record = self._record(key)
        except FileNotFoundError:
            return None
        artifact = self.artifact(record)
        self._require(artifact)
        self._files.touch(upkeep.action_name(key))  # of use today, which keeps `gc` from it for a while
        return artifact

    def load_or_discard(self, key: str) -> Artifact | None:
        """Load; what is damaged is told and thrown out. Nobody is putting in those very objects meanwhile."""
        try:
            return self.load(key)
        except CorruptArtifact as fault:
            self._discard(key)
            self.on_corrupt(fault)
            return None

    def earlier(self, record: Record) -> Artifact | None:
        """Return what another run committed under the key, if it did, and tell if the two disagree."""
        earlier = self.load_or_discard(record.key)
        if earlier is not None:
            self.compare(record.key, {output.name: output for output in record.outputs}, earlier.outputs)
        return earlier

    def compare(self, key: str, ours: Mapping[str, Output], theirs: Mapping[str, Output]) -> None:
        """Tell if two builds of an action are not equal."""
        names = sorted({*ours, *theirs})
        differing = tuple(name for name in names if _content(ours, name) != _content(theirs, name))
        if differing:
            self.on_differing(key, differing)

    def put(self, record: Record, draft: bytes, folder: Path) -> Artifact:
        """Move the files of a folder in, then the record, in one rename."""
        for output in record.outputs:
            self._objects.put(folder / output.name, output.sha256)
        # Aside means in the scratch folder: if this process dies here, the sweep finds the draft.
        self._files.write(upkeep.action_name(record.key), draft, aside=folder)
        return self.artifact(self._record(record.key))

    def artifact(self, record: Record) -> Artifact:
        """Return the artifact that a record tells of."""
        outputs = {output.name: output for output in record.outputs}
        return Artifact(record.key, record.manifest, outputs, self._objects.folder)

    def _record(self, key: str) -> Record:
        return unsealed(key, self._files.read(upkeep.action_name(checked(key))), str(self.path(key)))

    def _discard(self, key: str) -> None:
        try:
            outputs = self._record(key).outputs
        except (CorruptArtifact, FileNotFoundError):
            outputs = ()
        self._files.remove([upkeep.action_name(key)])
        for output in outputs:
            try:
                self._objects.require(output.sha256)
            except CorruptArtifact:
                self._objects.banish(output.sha256)


def _content(outputs: Mapping[str, Output], name: str) -> str | None:
    return outputs[name].content if name in outputs else None
