"""What the store keeps of a run: opened by the keys that the run's manifest names, every byte read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.stores import there
from specc.verification.problem import Looked, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.errors import CorruptArtifact
    from runtime.store import Artifact
    from specc.places import Places
    from specc.published import Published


def kept(run: Published, where: Places) -> tuple[dict[str, Artifact], Looked]:
    """Return the artifacts of the run's nodes that a store has, and what is wrong with them.

    What the store does not have is no problem: it may have been collected.
    """
    corrupt: list[CorruptArtifact] = []
    store = there(where, corrupt.append)
    if store is None:
        return {}, Looked()
    listed = {node["address"]: node for node in run.manifest["predicate"]["x-specc"]["nodes"]}
    with store.in_use():
        found = {address: store.find(node["key"]) for address, node in listed.items()}
    known = {address: artifact for address, artifact in found.items() if artifact is not None}
    problems = [Problem(f"store: {fault.place}", fault.message) for fault in corrupt]
    problems += [
        Problem(f"store: {address}", "it keeps other contents than the run published")
        for address, artifact in known.items()
        if _contents(artifact) != listed[address]["contents"]
    ]
    return known, Looked(problems, len(known))


def _contents(artifact: Artifact) -> Mapping[str, str]:
    return {name: artifact.content(name) for name in artifact.names}
