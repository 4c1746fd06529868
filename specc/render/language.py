"""The language reference as a page: made from the JSON Schema, the examples and the list of functions.

What holds everywhere is prose, in `language.md` beside this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import compiler.model
from compiler.expressions.allowed import AGGREGATES, SCALAR_FUNCTIONS, TYPES, WINDOWS
from compiler.model.recipe import KINDS
from specc.render.forms import cell, flow, form, offered

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
_REF = "#/$defs/"
_PARTIAL = "Partial"
_WRITTEN = {"~~": "like", "!~~": "not like", "count_star": "count(*)"}
_SINGLE = {"bundle": "A bundle has one.", "moved": "A bundle has one at most."}
_PROSE = Path(__file__).with_suffix(".md")
EXAMPLES = Path(compiler.model.__path__[0]) / "examples"


def language_markdown(schema: Json) -> str:
    """Return the page: what holds everywhere, each kind with what it is made of, the forms they share."""
    definitions = schema["$defs"]
    placed = _placed(schema)
    parts = [_prose(schema)]
    for kind, entry in schema["properties"].items():
        parts.append(_kind(kind, entry, definitions, placed[kind]))
    shared = [name for name, each in definitions.items() if "properties" not in each]
    parts += ["## Forms", "What values of many keys have in common."]
    parts += [_shared(name, definitions[name]) for name in shared]
    return "\n\n".join(parts) + "\n"


def _prose(schema: Json) -> str:
    functions = SCALAR_FUNCTIONS - {"like_escape"}
    lists = {
        "kinds": _contents(schema),
        "types": _listed(name.lower() for name in TYPES),
        "operators": _listed(name for name in functions if not name[0].isalpha()),
        "functions": _listed(name for name in functions if name[0].isalpha()),
        "groups": _listed(WINDOWS),
        "aggregates": _listed(AGGREGATES),
    }
    text = _PROSE.read_text(encoding="utf-8").rstrip("\n")
    for name, listed in lists.items():
        text = text.replace(f"{{{name}}}", listed)
    return text


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(_WRITTEN.get(word, word) for word in words))


def _contents(schema: Json) -> str:
    rows = [
        f"| [{kind}](#{kind}) | {cell(each['description'])} |" for kind, each in schema["properties"].items()
    ]
    return "\n".join(["| kind | says |", "| --- | --- |", *rows])


def _kind(kind: str, entry: Json, definitions: Json, nested: list[str]) -> str:
    main, *others = nested
    intro = f"`{kind}:` is a mapping from names to these keys." if kind in KINDS else _SINGLE[kind]
    if kind == "sources":
        like = definitions[_PARTIAL + main]["properties"]["like"]["description"]
        intro += f" With `like` any of them may be left out. `like`: {like}"
    parts = [f"## {kind}", entry["description"], intro, _example(kind), _table(definitions[main])]
    for name in others:
        parts += [f"### {name}", definitions[name]["description"], _table(definitions[name])]
    return "\n\n".join(parts)


def _example(kind: str) -> str:
    return f"```yaml\n{(EXAMPLES / f'{kind}.yaml').read_text(encoding='utf-8')}```"


def _table(definition: Json) -> str:
    required = definition.get("required", ())
    rows = [
        f"| `{key}` | {form(each)} | {_default(each, required=key in required)} | {offered(each)} |"
        for key, each in definition["properties"].items()
    ]
    return "\n".join(["| key | may be | | meaning |", "| --- | --- | --- | --- |", *rows])


def _default(schema: Json, *, required: bool) -> str:
    if required:
        return "required"
    default = schema.get("default")
    return "" if default in (None, [], {}) else f"default `{flow(default)}`"


def _shared(name: str, definition: Json) -> str:
    head = f"### {name}\n\n{definition['description']}"
    words = definition.get("enumDescriptions")
    if words is None:
        return f"{head} {offered({k: v for k, v in definition.items() if k != 'description'})}".rstrip()
    lines = [f"- `{word}`: {said}" for word, said in zip(definition["enum"], words, strict=True)]
    return "\n".join([head, "", *lines])


def _placed(schema: Json) -> dict[str, list[str]]:
    """Return by kind the definitions with keys that it reaches first, its own model before all."""
    definitions, seen, placed = schema["$defs"], set[str](), dict[str, list[str]]()
    for kind, entry in schema["properties"].items():
        placed[kind], waiting = [], _references(entry)
        while waiting:
            name = waiting.pop(0)
            if name in seen or name.startswith(_PARTIAL):
                continue
            seen.add(name)
            if "properties" in definitions[name]:
                placed[kind].append(name)
            waiting += _references(definitions[name])
    return placed


def _references(schema: object) -> list[str]:
    """Return the definitions that a schema refers to, but for what keys of mappings are."""
    if isinstance(schema, dict):
        own = [schema["$ref"].removeprefix(_REF)] if "$ref" in schema else []
        return own + [
            name for key, each in schema.items() if key != "propertyNames" for name in _references(each)
        ]
    return [name for each in schema for name in _references(each)] if isinstance(schema, list) else []
