"""Looking after a store: what is in it, is it whole, what can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.durable import sync_folder
from runtime.errors import CorruptArtifact
from runtime.store.objects import Objects
from runtime.store.record import Record, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One stored action: its node's address, if its manifest names one, its files and their size in bytes.

    A damaged one has no files.
    """

    key: str
    address: str | None
    files: tuple[str, ...]
    size: int
    is_damaged: bool = False


@dataclass(frozen=True)
class Swept:
    """What a garbage collection took away: actions, objects, and the bytes of those objects."""

    actions: int
    objects: int
    size: int


def entries(actions: Path) -> tuple[Entry, ...]:
    """Return every stored action, by key."""
    return tuple(_entry(key, found) for key, found in _records(actions))


def damage(actions: Path, objects: Objects) -> tuple[CorruptArtifact, ...]:
    """Read every record and every object again and return what is wrong, without touching anything."""
    fresh = Objects(objects.folder, objects.quarantine)  # one that has not verified anything yet
    named = {path.name for path in fresh.walk()}
    records: list[CorruptArtifact] = []
    for _, found in _records(actions):
        if isinstance(found, CorruptArtifact):
            records.append(found)
        else:
            named |= {output.sha256 for output in found.outputs}
    rotten = (_fault(fresh, sha256) for sha256 in sorted(named))
    return (*records, *(fault for fault in rotten if fault is not None))


def collect(actions: Path, objects: Objects, reachable: AbstractSet[str]) -> Swept:
    """Remove damaged and unreachable actions, and every object that no kept action names.

    Records go first: dying in between leaves objects that nothing points at, never a record that points at
    nothing.
    """
    kept, dropped = set[str](), 0
    for key, found in _records(actions):
        if key in reachable and isinstance(found, Record):
            kept |= {output.sha256 for output in found.outputs}
            continue
        (actions / f"{key}.json").unlink()
        dropped += 1
    sync_folder(actions)
    garbage = [path for path in objects.walk() if path.name not in kept]
    garbage += sorted(objects.quarantine.glob("*"))
    size = sum(path.stat().st_size for path in garbage)
    for path in garbage:
        path.unlink()
    return Swept(dropped, len(garbage), size)


def _records(actions: Path) -> Iterator[tuple[str, Record | CorruptArtifact]]:
    for path in sorted(actions.glob("*.json")):
        key = path.name.removesuffix(".json")
        try:
            yield key, unsealed(key, path)
        except CorruptArtifact as fault:
            yield key, fault
        except FileNotFoundError:  # discarded by another run since the listing
            continue


def _entry(key: str, found: Record | CorruptArtifact) -> Entry:
    if isinstance(found, CorruptArtifact):
        return Entry(key, None, (), 0, is_damaged=True)
    files = tuple(output.name for output in found.outputs)
    return Entry(key, _address(found.manifest), files, sum(output.size for output in found.outputs))


def _address(manifest: object) -> str | None:
    match manifest:
        case {"predicate": {"buildDefinition": {"internalParameters": {"address": str(address)}}}}:
            return address
    return None


def _fault(objects: Objects, sha256: str) -> CorruptArtifact | None:
    try:
        objects.require(sha256)
    except CorruptArtifact as fault:
        return fault
    return None
