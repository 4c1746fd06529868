"""Who is building what, told at the place itself, so that two machines need not do the same work.

A lease is a small object that its holder writes anew while it lives. One that stays as it is for `seconds` is
taken over: no clock is compared with another machine's. Nothing that is stored is wrong where a lease fails;
work is done twice.
"""

from __future__ import annotations

import json
import os
import platform
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.durable import canonical_json
from runtime.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runtime.store.elsewhere.place import Place

FOLDER = "leases"
SECONDS = 60.0
_BEATS = 4
_OLD = 5


@dataclass(frozen=True)
class Leases:
    """The leases at a place, as `holder` takes them: a cache, in which one at a time builds a key."""

    place: Place
    holder: str
    seconds: float = SECONDS

    @contextmanager
    def held(self, key: str, waits: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold the lease of a key while the block runs, once whoever has it is done or dead.

        The caller holds the key among the runs of this machine. `waits` is called where somebody else has it.
        """
        name = f"{FOLDER}/{key}.json"
        self._take(name, waits)
        over = threading.Event()
        beats = threading.Thread(target=self._beat, args=(name, over), name="specc-lease", daemon=True)
        beats.start()
        try:
            yield
        finally:
            over.set()
            beats.join()
            self._let_go(name)

    def others(self) -> list[str]:
        """Return the machine of each lease that is not this cache's own and was lately written."""
        young = time.time() - _OLD * self.seconds
        names = [name for name, file in self.place.listing(FOLDER).items() if file.written > young]
        said = [content for content in self.place.read_all(names).values() if not self._is_ours(content)]
        return [machine for machine in map(_machine, said) if machine is not None]

    def _take(self, name: str, waits: Callable[[], None] | None) -> None:
        seen, since = b"", 0.0
        while not self.place.create(name, self._says()):
            theirs = self._read(name)
            if theirs is None:  # just let go
                continue
            if not seen and waits is not None and not self._is_ours(theirs):
                waits()
            if theirs != seen:
                seen, since = theirs, time.monotonic()
            # Nobody else builds the key in our cache, so who wrote our name there is dead.
            if self._is_ours(theirs) or time.monotonic() - since > self.seconds:
                self.place.write(name, self._says())
                return
            time.sleep(min(1.0, self.seconds / _BEATS))

    def _beat(self, name: str, over: threading.Event) -> None:
        while not over.wait(self.seconds / _BEATS):
            try:
                self.place.write(name, self._says())
            except StoreError:  # whatever is the matter, the upload of what is built will meet it and tell
                continue

    def _let_go(self, name: str) -> None:
        try:
            self.place.remove([name])
        except StoreError:  # it runs out by itself
            return

    def _read(self, name: str) -> bytes | None:
        return self.place.read_all([name]).get(name)

    def _is_ours(self, said: bytes) -> bool:
        return _field(said, "holder") == self.holder

    def _says(self) -> bytes:
        about = {"holder": self.holder, "machine": platform.node(), "process": os.getpid()}
        return canonical_json({**about, "at": time.time()})


def _machine(said: bytes) -> str | None:
    return _field(said, "machine")


def _field(said: bytes, name: str) -> str | None:
    """Return what a lease says; None of half of one, or of somebody else's file."""
    try:
        return str(json.loads(said)[name])
    except (ValueError, KeyError, TypeError):
        return None
