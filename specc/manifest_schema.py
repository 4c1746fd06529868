"""Sidecars as JSON Schemas: of what one node left, and of a run."""

from __future__ import annotations

import json
from typing import Any

from runtime.manifest import PREDICATE, STATEMENT
from specc.language import DIALECT

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_WHOLE: Json = {"type": "integer", "minimum": 0}
_NUMBER: Json = {"type": "number"}
_SHA256: Json = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_CONTENT: Json = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_TIME: Json = {"type": "string", "format": "date-time"}


def manifest_schema_text(*, of_run: bool) -> str:
    """Return a schema as a file: equal shapes give equal bytes."""
    schema = run_schema() if of_run else node_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def node_schema() -> Json:
    """Return the JSON Schema (2020-12) of `NAME.manifest.json`, the sidecar of what one node left."""
    internal = _object({"address": _TEXT, "key": _TEXT, "keyDocument": {"type": "object"}})
    return _statement("specc sidecar", "urn:specc:build:node:1", internal, _of_node(), {})


def run_schema() -> Json:
    """Return the JSON Schema (2020-12) of `run.manifest.json`."""
    node = _object({"address": _TEXT, "key": _TEXT, "contents": _map(_CONTENT), "record": _SHA256})
    actions = {"x-specc-actions": _map({"enum": ["built", "reused"]})}
    ours = _object({"nodes": _list(node)}, {"numbers": _list(_TEXT)})
    return _statement(
        "specc run manifest", "urn:specc:build:run:1", _object({"planKey": _SHA256}), ours, actions
    )


def _of_node() -> Json:
    """Return the shape of a node's `x-specc`; notes of single operations stand beside what all have."""
    fields = _object({"fields": _map(_object({"inputFields": _list(_input_field())}))})
    known: Json = {
        "seedStream": _TEXT,
        "determinism": {"enum": ["exact", "seeded"]},
        "rows": _map(_WHOLE),
        "weightSums": _map(_NUMBER),
        "columns": _map(_map(_fingerprint())),
        "schema": _map(_object({"fields": _list(_object({"name": _TEXT, "type": _TEXT}))})),
        "columnLineage": {
            "type": "object",
            "properties": {"dataset": _list(_input_field())},
            "additionalProperties": fields,
        },
        "assertions": _list(_assertion()),
        "hits": {
            "type": "object",
            "properties": dict.fromkeys(("exclusions", "clones", "overrides"), _list({})),
        },
    }
    return {"type": "object", "properties": known, "required": ["determinism"]}


def _fingerprint() -> Json:
    quantiles = _map(_NUMBER)
    needed = {"count": _WHOLE, "nulls": _WHOLE, "non_finite": _WHOLE}
    may = dict.fromkeys(("total", "weighted_total", "minimum", "maximum"), _NUMBER)
    return _object(needed, {**may, "quantiles": quantiles})


def _assertion() -> Json:
    needed: Json = {"assertion": _TEXT, "success": {"type": "boolean"}, "expected": _TEXT, "actual": _TEXT}
    return _object(
        needed, {"column": _TEXT, "severity": {"enum": ["error", "warn"]}, "x-specc": {"type": "object"}}
    )


def _input_field() -> Json:
    subtypes = {"enum": ["IDENTITY", "TRANSFORMATION", "CONDITIONAL"]}
    transformation = _object({"type": {"enum": ["DIRECT", "INDIRECT"]}, "subtype": subtypes})
    named = {"namespace": _TEXT, "name": _TEXT, "field": _TEXT}
    return _object({**named, "transformations": _list(transformation)})


def _statement(title: str, build: str, internal: Json, ours: Json, volatile: Json) -> Json:
    predicate = _object(
        {
            "buildDefinition": _object(
                {
                    "buildType": {"const": build},
                    "externalParameters": {"type": "object"},
                    "internalParameters": internal,
                    "resolvedDependencies": _list(_dependency()),
                }
            ),
            "runDetails": _object(
                {
                    "builder": _builder(),
                    "metadata": _metadata(volatile),
                    "byproducts": _list({"type": "object"}),
                }
            ),
            "x-specc": ours,
        }
    )
    envelope = {"_type": {"const": STATEMENT}, "predicateType": {"const": PREDICATE}}
    statement = _object({**envelope, "subject": _list(_subject()), "predicate": predicate})
    return {"$schema": DIALECT, "title": title, **statement}


def _metadata(more: Json) -> Json:
    """Return the only part in which two equal runs may differ."""
    times = {"startedOn": _TIME, "finishedOn": _TIME}
    return _object({"invocationId": _TEXT, **times, "x-specc": _measured(), **more})


def _measured() -> Json:
    """Return the shape of what one go took; what was not measured, or not used, is absent."""
    seconds = dict.fromkeys(("wallSeconds", "cpuSeconds"), _NUMBER)
    device = _object(dict.fromkeys(("allocated", "reserved"), _WHOLE))
    others: Json = {"host": {"type": "object"}, "expected": _map(_NUMBER)}
    return _object({}, {**seconds, "peakBytes": _WHOLE, "deviceBytes": device, **others})


def _builder() -> Json:
    return _object({"id": _TEXT, "version": _map(_TEXT)})


def _subject() -> Json:
    annotations = _object({"content": _CONTENT, "bytes": _WHOLE})
    return _object({"name": _TEXT, "digest": _object({"sha256": _SHA256}), "annotations": annotations})


def _dependency() -> Json:
    return _object({"name": _TEXT, "uri": _TEXT, "digest": _map(_TEXT)}, {"annotations": {"type": "object"}})


def _object(needed: Json, may: Json | None = None) -> Json:
    properties = {**needed, **(may or {})}
    closed = {"additionalProperties": False}
    return {"type": "object", "properties": properties, "required": sorted(needed), **closed}


def _map(value: Json) -> Json:
    return {"type": "object", "additionalProperties": value}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}
