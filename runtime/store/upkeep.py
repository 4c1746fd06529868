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

    `used` is when it was built or last found, in seconds since 1970. A damaged one has no files.
    """

    key: str
    address: str | None
    files: tuple[str, ...]
    size: int
    is_damaged: bool = False
    used: float = 0.0


@dataclass(frozen=True)
class Damage:
    """A record or an object that is not what it was, and the keys of the actions that are broken by it."""

    fault: CorruptArtifact
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Swept:
    """What a garbage collection took away: actions, objects, and the bytes of those objects."""

    actions: int
    objects: int
    size: int


def entries(actions: Path) -> tuple[Entry, ...]:
    """Return every stored action, by key."""
    return tuple(_entry(actions, key, found) for key, found in _records(actions))


def damage(actions: Path, objects: Objects) -> tuple[Damage, ...]:
    """Read every record and every object again and return what is wrong, without touching anything."""
    fresh = Objects(objects.folder, objects.quarantine)  # one that has not verified anything yet
    users: dict[str, list[str]] = {path.name: [] for path in fresh.walk()}
    records: list[Damage] = []
    for key, found in _records(actions):
        if isinstance(found, CorruptArtifact):
            records.append(Damage(found, (key,)))
            continue
        for sha256 in {output.sha256 for output in found.outputs}:
            users.setdefault(sha256, []).append(key)
    rotten = ((_fault(fresh, sha256), keys) for sha256, keys in sorted(users.items()))
    return (*records, *(Damage(fault, tuple(keys)) for fault, keys in rotten if fault is not None))


def collect(
    actions: Path, objects: Objects, reachable: AbstractSet[str], before: float, *, remove: bool
) -> Swept:
    """Remove damaged actions, unreachable ones last used `before`, and every object that no kept one names.

    Records go first: dying in between leaves objects that nothing points at, never a record that points at
    nothing. Without `remove` all of it is only counted.
    """
    kept, dropped = set[str](), set[str]()
    for key, found in _records(actions):
        is_young = (actions / f"{key}.json").stat().st_mtime >= before
        if isinstance(found, Record) and (key in reachable or is_young):
            kept |= {output.sha256 for output in found.outputs}
        else:
            dropped.add(key)
    garbage = [path for path in objects.walk() if path.name not in kept]
    garbage += sorted(objects.quarantine.glob("*"))
    swept = Swept(len(dropped), len(garbage), sum(path.stat().st_size for path in garbage))
    if remove:
        _remove([actions / f"{key}.json" for key in sorted(dropped)])
        sync_folder(actions)
        _remove(garbage)
    return swept


def _remove(files: list[Path]) -> None:
    for path in files:
        path.unlink()


def _records(actions: Path) -> Iterator[tuple[str, Record | CorruptArtifact]]:
    for path in sorted(actions.glob("*.json")):
        key = path.name.removesuffix(".json")
        try:
            yield key, unsealed(key, path)
        except CorruptArtifact as fault:
            yield key, fault
        except FileNotFoundError:  # discarded by another run since the listing
            continue


def _entry(actions: Path, key: str, found: Record | CorruptArtifact) -> Entry:
    if isinstance(found, CorruptArtifact):
        return Entry(key, None, (), 0, is_damaged=True)
    files, size = tuple(output.name for output in found.outputs), sum(o.size for o in found.outputs)
    try:
        used = (actions / f"{key}.json").stat().st_mtime
    except FileNotFoundError:  # collected since it was read
        used = 0.0
    return Entry(key, _address(found.manifest), files, size, used=used)


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
