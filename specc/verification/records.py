"""The manifests of a run's nodes: each whole, of the plan's node, and of the key that its document has."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from compiler.plan import digest
from runtime.manifest import canonical_json, without_volatile
from specc.faults import CommandFault
from specc.run_files import read_json
from specc.runs import node_file
from specc.verification.problem import Looked, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.plan import Node
    from specc.published import Published
    from specc.run_files import Json


def records(run: Published) -> Looked:
    """Look at the manifest of every node of the plan."""
    listed = {node["address"]: node for node in run.manifest["predicate"]["x-specc"]["nodes"]}
    planned = {node.address: node for node in run.plan.nodes}
    problems = [
        Problem(address, "the plan has no such node") for address in sorted(set(listed) - set(planned))
    ]
    for address, node in planned.items():
        if address in listed:
            problems += _record(run, node, listed[address])
        else:
            problems.append(Problem(address, "the run's manifest does not name it"))
    return Looked(problems, len(planned))


def _record(run: Published, node: Node, listed: Json) -> Iterator[Problem]:
    place = node_file(node.address)
    if not (run.folder / place).is_file():
        yield Problem(place, "it is not there: lost, or published by an older specc")
        return
    try:
        manifest = read_json(run.folder / place)
    except CommandFault:
        yield Problem(place, "it is no JSON")
        return
    found = hashlib.sha256(canonical_json(without_volatile(manifest))).hexdigest()
    if found != listed["record"]:
        yield Problem(place, "it was changed since the run's manifest vouched for it")
    yield from (Problem(place, message) for message in _said(node, listed, manifest))


def _said(node: Node, listed: Json, manifest: Json) -> Iterator[str]:
    internal = manifest["predicate"]["buildDefinition"]["internalParameters"]
    document = internal["keyDocument"]
    if digest(document) != internal["key"]:
        yield "its key is not that of its key document"
    if internal["key"] != listed["key"]:
        yield "the run's manifest names another key"
    contents = {subject["name"]: subject["annotations"]["content"] for subject in manifest["subject"]}
    if contents != listed["contents"]:
        yield "the run's manifest names other contents"
    yield from (f"its {what} is not the plan's" for what in _differing(node, document))


def _differing(node: Node, document: Json) -> Iterator[str]:
    """Yield in what a key document differs from the node; inputs stand in it by content, so not those."""
    planned: dict[str, Any] = {
        "operation": node.operation,
        "version": node.version,
        "parameters": {name: value for name, value in node.parameters.items() if name != "hints"},
        "outputs": {entity: list(names) for entity, names in node.outputs.items()},
        "engine": node.engine,
    }
    yield from (what for what, value in planned.items() if document.get(what) != value)
