"""Makes pydantic's JSON Schema pleasant in an editor: named forms, words explained, no noise.

- What `compiler.model.words.shared` names becomes one definition that every use refers to.
- What `meanings` says of the words of a closed list stands beside them, under the names that editors read.
- A key that may be left out is offered without `null`: leaving it out is how to say nothing.
- The keys of a mapping are a schema of their own (`propertyNames`), which is what editors complete keys from.
"""

from __future__ import annotations

from typing import Any

from compiler.model.words import MEANINGS, SHARED

Json = dict[str, Any]
REF = "#/$defs/"
_MAPS = ("properties", "patternProperties", "$defs")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties", "propertyNames")
# Of a use, not of the form that it uses.
_OWN = ("description", "default", "examples")


def pleasant(schema: Json, definitions: Json) -> Json:
    """Return a schema made pleasant; the forms that it names are put into `definitions`."""
    schema = _explained(_without_null(_inner(_keyed(schema), definitions)))
    if "properties" not in schema:
        schema.pop("title", None)
    schema.pop("discriminator", None)
    return _named(schema, definitions)


def _inner(schema: Json, definitions: Json) -> Json:
    """Return a schema with every schema inside it made pleasant."""
    done = dict(schema)
    for keyword in _MAPS:
        if keyword in done:
            done[keyword] = {name: pleasant(part, definitions) for name, part in done[keyword].items()}
    for keyword in _LISTS:
        if keyword in done:
            done[keyword] = [pleasant(part, definitions) for part in done[keyword]]
    for keyword in _SCHEMAS:
        if isinstance(done.get(keyword), dict):
            done[keyword] = pleasant(done[keyword], definitions)
    return done


def _without_null(schema: Json) -> Json:
    branches = [branch for branch in schema.get("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) == len(schema.get("anyOf", ())):
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if rest.get("default", 0) is None:
        del rest["default"]
    return {**branches[0], **rest} if len(branches) == 1 else {"anyOf": branches, **rest}


def _keyed(schema: Json) -> Json:
    """Say what the keys of a mapping are in one place, as what a value of that form would be."""
    rest = {key: value for key, value in schema.items() if key != "patternProperties"}
    if "propertyNames" in rest:
        rest["propertyNames"] = {"type": "string", **rest["propertyNames"]}
    for pattern, values in schema.get("patternProperties", {}).items():
        rest["propertyNames"] = {"pattern": pattern, **rest.get("propertyNames", {})}
        rest["additionalProperties"] = values
    return rest


def _explained(schema: Json) -> Json:
    words = schema.pop(MEANINGS, None)
    if words is None:
        return schema
    lists = [branch for branch in (schema, *schema.get("anyOf", ())) if {"enum", "const"} & branch.keys()]
    for each in lists:
        each["enum"] = each.pop("enum", None) or [each.pop("const")]
        # Editors that show Markdown read the second, the others the first.
        each["enumDescriptions"] = [words[value] for value in each["enum"]]
        each["markdownEnumDescriptions"] = each["enumDescriptions"]
    if unknown := words.keys() - {word for each in lists for word in each["enum"]}:
        raise ValueError(f"meanings of words that the list does not have: {', '.join(sorted(unknown))}")
    return schema


def _named(schema: Json, definitions: Json) -> Json:
    form = schema.pop(SHARED, None)
    if form is None:
        return schema
    own = {key: schema[key] for key in _OWN if key in schema}
    body = {key: value for key, value in schema.items() if key not in _OWN}
    said = {key: form[key] for key in ("description", "examples") if key in form}
    whole = {"title": form["name"], **said, **body}
    # A field that narrows the form further keeps its own.
    if definitions.setdefault(form["name"], whole) != whole:
        return schema
    return {"$ref": REF + form["name"], **own}
