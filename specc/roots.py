"""Where runs published what a store holds: what `specc store gc` keeps is what those folders speak of."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.durable import canonical_json, write_atomically
from specc.runs import RUN_MANIFEST

if TYPE_CHECKING:
    from collections.abc import Collection

    from runtime.store import Store


@dataclass(frozen=True, slots=True)
class Root:
    """A place that a run published to, and the keys of what is there now; None if it is gone.

    `machine` is the one that the place is on, where it is not this one.
    """

    place: Path
    keys: frozenset[str] | None
    machine: str | None = None

    def __str__(self) -> str:
        return f"{self.place} on {self.machine}" if self.machine else str(self.place)


def remember(store: Store, place: Path, keys: Collection[str]) -> None:
    """Write down in the store that a run publishes to a place; what is said is where, never what.

    Other machines cannot look what is there, so to them the keys are told.
    """
    name = hashlib.sha256(str(place).encode()).hexdigest()
    write_atomically(store.roots / f"{name}.json", canonical_json({"run": str(place)}))
    if store.shared_roots is not None:
        store.shared_roots.tell(place, keys)


def roots(store: Store, *, forget: bool = False) -> list[Root]:
    """Return where runs published to, by place; with `forget` those that are gone are remembered no more."""
    found = []
    for file in sorted(store.roots.glob("*.json")):
        place = Path(json.loads(file.read_bytes())["run"])
        keys = keys_of(place)
        found.append(Root(place, keys))
        if keys is None and forget:
            file.unlink()
            if store.shared_roots is not None:
                store.shared_roots.forget(place)
    return sorted(found, key=lambda root: root.place) + _of_others(store)


def forget_machine(store: Store, machine: str) -> int:
    """Forget what another machine, which may be no more, published; return to how many places."""
    if store.shared_roots is None:
        return 0
    theirs = [root for root in store.shared_roots.others() if root.machine == machine]
    store.shared_roots.remove(theirs)
    return len(theirs)


def _of_others(store: Store) -> list[Root]:
    told = [] if store.shared_roots is None else store.shared_roots.others()
    return [Root(Path(root.folder), root.keys, root.machine) for root in told]


def keys_of(place: Path) -> frozenset[str] | None:
    """Return the keys of the nodes and of the numbers of a published run; None where there is none."""
    try:
        manifest = json.loads((place / RUN_MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    match manifest:
        case {"predicate": {"x-specc": {"nodes": [*nodes], **more}}}:
            numbers: Any = more.get("numbers", ())
            return frozenset([*(str(node["key"]) for node in nodes), *(str(key) for key in numbers)])
    return None
