"""A run as OpenLineage events (https://openlineage.io, schema 2-0-2), one JSON object a line.

A job is a node of the plan, its runs are children of the run of the bundle. A node found in the store
only completes; one that was built starts and completes when it did. The facets are those of its manifest.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.facets import NAMESPACE, dataset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from runtime.execute import Done, Run

Json = dict[str, Any]
PRODUCER = "urn:specc"
_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = "https://openlineage.io/spec/facets/{}/{}.json"


@dataclass(frozen=True, slots=True)
class _Whole:
    """The run that all nodes belong to."""

    bundle: str
    invocation: str

    def run_id(self, address: str = "") -> str:
        """Return the id of the run of a node: the same each time it is asked for."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:specc:{self.invocation}:{address}"))


def events(run: Run, begun: datetime, ended: datetime, *, failed: str | None = None) -> str:
    """Return the events of a run that has ended, well or (`failed` says how) not."""
    whole = _Whole(run.plan.bundle, run.invocation)
    found = [_event(whole, "START", begun.isoformat())]
    for done in run.done.values():
        found += _of_node(whole, done, ended)
    facets = {} if failed is None else {"errorMessage": _error(failed)}
    found.append(_event(whole, "COMPLETE" if failed is None else "FAIL", ended.isoformat(), facets=facets))
    ordered = sorted(found, key=lambda event: event["eventTime"])
    return "".join(json.dumps(event, sort_keys=True, ensure_ascii=False) + "\n" for event in ordered)


def _of_node(whole: _Whole, done: Done, ended: datetime) -> Iterator[Json]:
    manifest: Any = done.artifact.manifest
    times = manifest["predicate"]["runDetails"]["metadata"]
    was_built = done.action == "built"
    if was_built:
        yield _event(whole, "START", times["startedOn"], done)
    at = times["finishedOn"] if was_built else ended.isoformat()
    said = manifest["predicate"]["x-specc"]
    yield {**_event(whole, "COMPLETE", at, done), "inputs": _inputs(done), "outputs": _outputs(done, said)}


def _event(whole: _Whole, kind: str, at: str, done: Done | None = None, facets: Json | None = None) -> Json:
    address = done.node.address if done else ""
    name = f"{whole.bundle}.{address}" if address else whole.bundle
    parent = {"parent": _parent(whole)} if done else {}
    action = {"specc_action": _facet("", {"action": done.action})} if done else {}
    return {
        "eventType": kind,
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": _SCHEMA,
        "run": {"runId": whole.run_id(address), "facets": {**parent, **action, **(facets or {})}},
        "job": {"namespace": NAMESPACE, "name": name, "facets": {}},
        "inputs": [],
        "outputs": [],
    }


def _inputs(done: Done) -> list[Json]:
    frames = {
        dataset(ref.node, entity)
        for frame in done.node.inputs.frames.values()
        for entity, refs in frame.columns.items()
        for ref in refs.values()
    }
    names = frames | {dataset(address, None) for address in done.node.inputs.artifacts.values()}
    return [{"namespace": NAMESPACE, "name": name, "facets": {}} for name in sorted(names)]


def _outputs(done: Done, said: Json) -> list[Json]:
    """Return a dataset an entity that the node wrote, or the node itself where it wrote none."""
    lineage = said.get("columnLineage", {})
    entities = [entity for entity in lineage if entity != "dataset"] or [None]
    return [_output(done, entity, said) for entity in entities]


def _output(done: Done, entity: str | None, said: Json) -> Json:
    made = _schema(entity, said), _lineage(entity, said), _checks(said)
    facets = dict(zip(("schema", "columnLineage", "dataQualityAssertions"), made, strict=True))
    found = {
        "namespace": NAMESPACE,
        "name": dataset(done.node.address, entity),
        "facets": {name: facet for name, facet in facets.items() if facet},
    }
    if entity not in said.get("rows", {}):
        return found
    counted = _facet("1-0-2/OutputStatisticsOutputDatasetFacet", {"rowCount": said["rows"][entity]})
    return {**found, "outputFacets": {"outputStatistics": counted}}


def _schema(entity: str | None, said: Json) -> Json:
    fields = [
        field
        for file, schema in said.get("schema", {}).items()
        if entity is None or file.startswith(f"{entity}.")
        for field in schema["fields"]
    ]
    return _facet("1-2-0/SchemaDatasetFacet", {"fields": fields}) if fields else {}


def _lineage(entity: str | None, said: Json) -> Json:
    lineage = said.get("columnLineage", {})
    if entity is None and "dataset" not in lineage:
        return {}
    found = {"fields": {}, "dataset": lineage["dataset"]} if entity is None else lineage[entity]
    return _facet("1-2-0/ColumnLineageDatasetFacet", found)


def _checks(said: Json) -> Json:
    checks = [{k: v for k, v in each.items() if k != "x-specc"} for each in said.get("assertions", ())]
    return _facet("1-1-0/DataQualityAssertionsDatasetFacet", {"assertions": checks}) if checks else {}


def _parent(whole: _Whole) -> Json:
    job = {"namespace": NAMESPACE, "name": whole.bundle}
    return _facet("1-1-0/ParentRunFacet", {"run": {"runId": whole.run_id()}, "job": job})


def _error(message: str) -> Json:
    return _facet("1-0-1/ErrorMessageRunFacet", {"message": message, "programmingLanguage": "python"})


def _facet(schema: str, fields: Any) -> Json:  # noqa: ANN401 - any JSON
    version, _, name = schema.partition("/")
    url = _FACETS.format(version, name) if name else f"{PRODUCER}:facet:action:1"
    return {"_producer": PRODUCER, "_schemaURL": url, **fields}
