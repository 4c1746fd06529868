"""Looking after a store: what is in it, is it whole, what can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.errors import CorruptArtifact
from runtime.store.objects import Objects, name_of
from runtime.store.record import Record, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from runtime.store.files import Files

ACTIONS = "actions"


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


def action_name(key: str) -> str:
    """Return the name of an action's record in its store."""
    return f"{ACTIONS}/{key}.json"


def entries(files: Files) -> tuple[Entry, ...]:
    """Return every stored action, by key."""
    return tuple(_entry(files, key, found) for key, found in _records(files))


def damage(files: Files) -> tuple[Damage, ...]:
    """Read every record and every object again and return what is wrong, without touching anything."""
    fresh = Objects(files)  # one that has not verified anything yet
    users: dict[str, list[str]] = {sha256: [] for sha256 in fresh.walk()}
    records: list[Damage] = []
    for key, found in _records(files):
        if isinstance(found, CorruptArtifact):
            records.append(Damage(found, (key,)))
            continue
        for sha256 in {output.sha256 for output in found.outputs}:
            users.setdefault(sha256, []).append(key)
    rotten = ((_fault(fresh, sha256), keys) for sha256, keys in sorted(users.items()))
    return (*records, *(Damage(fault, tuple(keys)) for fault, keys in rotten if fault is not None))


def collect(files: Files, reachable: AbstractSet[str], before: float, *, remove: bool) -> Swept:
    """Remove damaged actions, unreachable ones last used `before`, and every object that no kept one names.

    Records go first: dying in between leaves objects that nothing points at, never a record that points at
    nothing. Without `remove` all of it is only counted.
    """
    kept, dropped = set[str](), list[str]()
    for key, found in _records(files):
        is_young = files.state(action_name(key)).used >= before
        if isinstance(found, Record) and (key in reachable or is_young):
            kept |= {output.sha256 for output in found.outputs}
        else:
            dropped.append(action_name(key))
    objects = Objects(files)
    garbage = [name_of(sha256) for sha256 in objects.walk() if sha256 not in kept] + objects.banished()
    swept = Swept(len(dropped), len(garbage), sum(files.state(name).size for name in garbage))
    if remove:
        files.remove(dropped)
        files.remove(garbage)
    return swept


def _records(files: Files) -> Iterator[tuple[str, Record | CorruptArtifact]]:
    for name in files.names(action_name("*")):
        key = name.rpartition("/")[2].removesuffix(".json")
        try:
            yield key, unsealed(key, files.read(name), files.place(name))
        except CorruptArtifact as fault:
            yield key, fault
        except FileNotFoundError:  # discarded by another run since the listing
            continue


def _entry(files: Files, key: str, found: Record | CorruptArtifact) -> Entry:
    if isinstance(found, CorruptArtifact):
        return Entry(key, None, (), 0, is_damaged=True)
    names, size = tuple(output.name for output in found.outputs), sum(o.size for o in found.outputs)
    try:
        used = files.state(action_name(key)).used
    except FileNotFoundError:  # collected since it was read
        used = 0.0
    return Entry(key, _address(found.manifest), names, size, used=used)


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
