"""What runs published out of one store: told at the place, for no machine sees the others' folders."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.durable import canonical_json

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from runtime.store.elsewhere.place import Place

FOLDER = "roots"


@dataclass(frozen=True, slots=True)
class SharedRoot:
    """A folder that a run on some machine published to, and the keys of what it published."""

    name: str
    machine: str
    folder: str
    keys: frozenset[str]


@dataclass(frozen=True)
class SharedRoots:
    """What runs published, as the machine with this `cache` tells and reads it."""

    place: Place
    cache: str

    def tell(self, folder: Path, keys: Collection[str]) -> None:
        """Tell what a run publishes to a folder of this machine."""
        said = {"run": str(folder), "machine": platform.node(), "keys": sorted(keys)}
        self.place.write(self._name(folder), canonical_json(said))

    def forget(self, folder: Path) -> None:
        """Take back what was told of a folder."""
        self.place.remove([self._name(folder)])

    def others(self) -> list[SharedRoot]:
        """Return what other machines told, in the order of their names and folders."""
        own = f"{FOLDER}/{self.cache}."
        names = [name for name in self.place.listing(FOLDER) if not name.startswith(own)]
        found = [_read(name, content) for name, content in self.place.read_all(names).items()]
        return sorted(found, key=lambda root: (root.machine, root.folder))

    def remove(self, roots: Collection[SharedRoot]) -> None:
        """Take back what other machines told, which may be gone for good."""
        self.place.remove([root.name for root in roots])

    def _name(self, folder: Path) -> str:
        return f"{FOLDER}/{self.cache}.{hashlib.sha256(str(folder).encode()).hexdigest()[:32]}.json"


def _read(name: str, content: bytes) -> SharedRoot:
    said = json.loads(content)
    return SharedRoot(name, said["machine"], said["run"], frozenset(said["keys"]))
