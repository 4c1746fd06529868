"""The files of a store elsewhere, for those who look after it: a view, listed once and read in one go."""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from runtime.store.files import State
from runtime.store.objects import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runtime.store.elsewhere.place import Listed, Place


class FilesElsewhere:
    """The files of a store at a place; of objects only those written `before` (seconds since 1970)."""

    def __init__(self, place: Place, before: float = math.inf) -> None:
        self._place = place
        self._before = before
        self._listed: dict[str, Listed] = {}
        self._read: dict[str, bytes] = {}
        self._digests: dict[str, str | None] = {}

    def place(self, name: str) -> str:
        """Return where a file is, as people are told it."""
        return self._place.spelled(name)

    def names(self, pattern: str) -> list[str]:
        """Return the files whose names match, in order."""
        listed = self._place.listing(pattern.partition("/")[0])
        found = {name: file for name, file in listed.items() if fnmatchcase(name, pattern)}
        if pattern.startswith(f"{FOLDER}/"):
            found = {name: file for name, file in found.items() if file.written < self._before}
        else:
            self._read = self._place.read_all(found)
        self._listed |= found
        return sorted(found)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return self._read.pop(name) if name in self._read else self._place.read(name)

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file (hex)."""
        if not self._digests:  # whoever asks for one asks for all
            objects = [known for known in self._listed if known.startswith(f"{FOLDER}/")]
            self._digests = dict(self._place.each(objects, lambda each: (each, self._place.digest(each))))
        digest = self._digests[name]
        if digest is None:
            raise FileNotFoundError(name)
        return digest

    def state(self, name: str) -> State:
        """Return what a listing says of a file."""
        listed = self._listed.get(name)
        if listed is None:
            raise FileNotFoundError(name)
        return State(0, listed.size, int(listed.written * 1e9))

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone already are fine."""
        self._place.remove(names)
