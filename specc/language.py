"""The spec language as a JSON Schema, made from the models that read it: editor and compiler agree."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic.json_schema import models_json_schema

from compiler.catalog.engine import engine_catalog, engines
from compiler.model.recipe import KINDS, SINGLE
from specc.pleasant import pleasant

if TYPE_CHECKING:
    from compiler.model.base import Spec

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/"
_PARTIAL = "Partial"
_NAME = {"$ref": _REF + "Name"}
_VARIABLE = "VariableName"


def schema_text() -> str:
    """Return the schema as a file: equal models give equal bytes."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> Json:
    """Return the JSON Schema of one spec file: `bundle`, `moved`, and each kind as a mapping of names."""
    models: dict[str, type[Spec]] = {**SINGLE, **KINDS}
    inputs: list[tuple[type[Spec], Literal["validation"]]] = [(m, "validation") for m in models.values()]
    refs, document = models_json_schema(inputs, by_alias=True)
    definitions: Json = document["$defs"]
    of = {kind: refs[model, "validation"]["$ref"].removeprefix(_REF) for kind, model in models.items()}
    definitions |= _like(of["sources"], definitions)
    forms: Json = {}
    definitions = {name: pleasant(each, forms) for name, each in definitions.items()} | forms
    definitions[_VARIABLE] = _variable(definitions[_VARIABLE])
    properties = {k: _described({"$ref": _REF + of[k]}, model) for k, model in SINGLE.items()}
    properties |= {kind: _mapping(kind, of[kind], model) for kind, model in KINDS.items()}
    return {
        "$schema": DIALECT,
        "title": "specc spec file",
        "description": "One file of a bundle: any of the kinds. The files of a folder are read together.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def _variable(form: Json) -> Json:
    """Return the form of a variable's name: inputs of the engines complete, any other name is as good."""
    catalogs = [engine_catalog(name) for name in engines()]
    inputs = {v.name for each in catalogs for v in map(each.get, each) if v is not None and not v.computed}
    said = {key: form.pop(key) for key in ("title", "description")}
    return {**said, "anyOf": [{"enum": sorted(inputs)}, form]}


def _mapping(kind: str, definition: str, model: type[Spec]) -> Json:
    entry: Json = {"$ref": _REF + definition}
    if kind == "sources":
        entry = {"anyOf": [entry, {"$ref": _REF + _PARTIAL + definition}]}
    mapping = {"type": "object", "propertyNames": _NAME, "additionalProperties": entry}
    return _described(mapping, model)


def _described(schema: Json, model: type[Spec]) -> Json:
    return {"description": (model.__doc__ or "").strip(), **schema}


def _like(source: str, definitions: Json) -> Json:
    """Return the definitions of a source that is `like` another: whatever it inherits may be left out."""
    partial = {_PARTIAL + name: _optional(definitions[name]) for name in _reached(source, definitions)}
    whole = partial[_PARTIAL + source]
    like = {
        "description": "Name of a `sources:` entry that is written out in full; the rest is as there.",
        "type": "string",
    }
    whole["title"] = f"{_PARTIAL}{source}"
    whole["description"] = "A source that is like another one, but for what it says itself."
    whole["properties"] = {"like": like, **whole["properties"]}
    whole["required"] = ["like"]
    return partial


def _reached(name: str, definitions: Json) -> list[str]:
    """Return a definition and all that it refers to."""
    found, waiting = [], [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.append(each)
            waiting += _references(definitions[each])
    return found


def _references(schema: object) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].removeprefix(_REF)] if isinstance(schema.get("$ref"), str) else []
        return own + [name for value in schema.values() for name in _references(value)]
    if isinstance(schema, list):
        return [name for value in schema for name in _references(value)]
    return []


def _optional(schema: Json) -> Json:
    """Return a definition with nothing required, referring to definitions of the same kind."""
    optional: Json = _renamed(copy.deepcopy(schema))
    optional.pop("required", None)
    return optional


def _renamed(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(schema, dict):
        return {
            key: _REF + _PARTIAL + value.removeprefix(_REF) if key == "$ref" else _renamed(value)
            for key, value in schema.items()
        }
    return [_renamed(value) for value in schema] if isinstance(schema, list) else schema
