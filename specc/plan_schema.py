"""`plan.json` as a JSON Schema, made from the types that it is written from."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from compiler.plan.document import PLAN_FORMAT, Plan
from specc.language import DIALECT

Json = dict[str, Any]
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def plan_schema_text() -> str:
    """Return the schema as a file: equal types give equal bytes."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def plan_schema() -> Json:
    """Return the JSON Schema (2020-12) of `plan.json`. A plan holds every key, and no others."""
    document: Json = TypeAdapter(Plan).json_schema(mode="serialization")
    definitions: Json = document.pop("$defs")
    document["properties"] |= {
        "format": {"const": PLAN_FORMAT},
        "key": {**_DIGEST, "description": "The digest of everything that decides the results."},
    }
    definitions["Node"]["properties"]["key"] = _DIGEST
    for each in (document, *definitions.values()):
        each.update(required=sorted(each["properties"]), additionalProperties=False)
        for entry in each["properties"].values():
            entry.pop("title", None)
            entry.pop("default", None)
    return {"$schema": DIALECT, **document, "title": "specc plan", "$defs": dict(sorted(definitions.items()))}
