"""Numbers of a run: every column after every step, weighted, by half; kept, so that none is counted twice.

A node's manifest says of its columns what follows from what the node reads; the weight that stands then is
often not among that. So these tables are results of their own, under keys of their own: the content of the
columns, of the rows, of the weight and of the flags of clones. The table of the whole run is one too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan import ENTITIES, digest
from runtime.after import frames_after
from runtime.names import column_file, rows_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from compiler.plan import Plan
    from runtime.after import After
    from runtime.store import Artifact, Store

    Json = dict[str, Any]

FILE = "numbers.parquet"
RECIPE, RECIPE_OF_RUN = "specc.numbers/2", "specc.numbers.run/1"


def numbers(plan: Plan, artifacts: Mapping[str, Artifact], store: Store) -> Artifact:
    """Return the artifact that keeps the numbers of a finished run as `FILE`, in the order of the plan.

    Args:
        plan: what was carried out.
        artifacts: what each node left, by address.
        store: where the numbers are kept; what is there is not counted again.
    """
    after = frames_after(plan)
    documents = {address: _document(frame, artifacts) for address, frame in after.items()}
    operations = {address: plan.node(address).operation for address in after}
    nodes = [[address, operations[address], digest(document)] for address, document in documents.items()]
    for _, _, key in nodes:
        store.find(key)  # of use today, like the table that they went into; and damage is told by who looks

    def write(folder: Path) -> None:
        # Imported here: a run that finds everything in its store counts nothing.
        from runtime.counting import together  # noqa: PLC0415
        from runtime.tables import stored  # noqa: PLC0415

        each = {address: numbers_of(address, frame, artifacts, store) for address, frame in after.items()}
        tables = {address: stored(artifact.path(FILE)) for address, artifact in each.items()}
        together(tables, operations).write_parquet(folder / FILE)

    return kept("numbers", {"recipe": RECIPE_OF_RUN, "nodes": nodes}, store, write)


def keys_of(numbered: Artifact) -> list[str]:
    """Return under what keys the store has the numbers of a run: those of the run, and those of each node."""
    manifest: Json = {**numbered.manifest}
    document = manifest["predicate"]["buildDefinition"]["internalParameters"]["keyDocument"]
    return [numbered.key, *(key for _, _, key in document["nodes"])]


def numbers_of(address: str, after: After, artifacts: Mapping[str, Artifact], store: Store) -> Artifact:
    """Return the artifact that keeps the numbers of one node as `FILE`."""

    def write(folder: Path) -> None:
        from runtime.counting import counted  # noqa: PLC0415 - as above

        counted(address, after, artifacts).write_parquet(folder / FILE)

    return kept(f"numbers of {address}", _document(after, artifacts), store, write)


def kept(name: str, document: Json, store: Store, write: Callable[[Path], None]) -> Artifact:
    """Return what the store keeps under the digest of a document; where it has nothing, what is written."""
    key = digest(document)
    found = store.find(key)  # looked for before it is locked, which a store elsewhere takes its time for
    if found is not None:
        return store.share(found)
    with store.lock(key):
        artifact = store.find(key)
        if artifact is not None:
            return artifact
        with store.scratch(key) as folder:
            write(folder)
            return store.commit(key, folder, _manifest(name, key, document))


def _manifest(name: str, key: str, document: Json) -> dict[str, object]:
    internal = {"address": name, "key": key, "keyDocument": document}
    return {"predicate": {"buildDefinition": {"internalParameters": internal}}}


def _document(after: After, artifacts: Mapping[str, Artifact]) -> Json:
    """Return what the numbers of a node depend on: contents, never addresses."""
    frame = after.frame
    columns = {
        f"{entity}/{name}": [artifacts[ref.node].content(column_file(entity, name)), ref.rows]
        for entity, refs in frame.columns.items()
        for name, ref in refs.items()
    }
    rows = [artifacts[row].content(rows_file(entity)) for row in frame.rows for entity in ENTITIES]
    own = {entity: list(names) for entity, names in after.columns.items()}
    return {"recipe": RECIPE, "columns": columns, "rows": rows, "own": own, "flags": list(after.flags)}
