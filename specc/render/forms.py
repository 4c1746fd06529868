"""JSON Schema in words: what a value may be, and what is said of it, in the cells of a Markdown table."""

from __future__ import annotations

import json
from typing import Any

from compiler.model.base import FORMS

Json = dict[str, Any]
_REF = "#/$defs/"
_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
_BOUNDS = (
    ("minimum", "at least"),
    ("exclusiveMinimum", "more than"),
    ("maximum", "at most"),
    ("exclusiveMaximum", "less than"),
)


def form(schema: Json) -> str:
    """Return what a value may be; named forms and models are links."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    for branches in ("anyOf", "oneOf"):
        if branches in schema:
            return " or ".join(form(each) for each in schema[branches])
    if "const" in schema or "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return _list(schema)
    if schema.get("type") == "object":
        keys = form(schema.get("propertyNames", {"type": "string"}))
        return f"mapping of {keys} to {form(schema['additionalProperties'])}"
    return _scalar(schema)


def _list(schema: Json) -> str:
    if "prefixItems" in schema:
        return "list: " + ", ".join(form(each) for each in schema["prefixItems"])
    return f"list of {form(schema['items'])}"


def _scalar(schema: Json) -> str:
    if "pattern" in schema:
        return cell(FORMS.get(schema["pattern"], f"text like `{schema['pattern']}`"))
    bounds = [f"{words} {schema[bound]:,}" for bound, words in _BOUNDS if bound in schema]
    return ", ".join([_TYPES[schema["type"]], *bounds])


def offered(schema: Json) -> str:
    """Return what is said of a value: its description, its words, examples."""
    parts = [schema["description"]] if "description" in schema else []
    lists = [each for each in (schema, *schema.get("anyOf", ())) if "enumDescriptions" in each]
    for each in lists:
        parts += [f"`{w}`: {said}" for w, said in zip(each["enum"], each["enumDescriptions"], strict=True)]
    if schema.get("examples"):
        parts.append("For example " + ", ".join(f"`{flow(value)}`" for value in schema["examples"]) + ".")
    return cell(" ".join(parts))


def cell(text: str) -> str:
    """Return text as it may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def flow(value: object) -> str:
    """Return a value as a person would write it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)
