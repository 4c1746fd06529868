"""Turns pydantic's findings, made for programmers, into ours: culprit, place, remedy."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compiler.diagnostics import Diagnostic, Span
from compiler.model.base import Spec
from compiler.model.recipe import Step, locate
from compiler.suggest import did_you_mean
from compiler.syntax.document import MapNode, Node, SequenceNode

_WHAT = {
    "int_type": "a whole number", "float_type": "a number", "string_type": "text", "bool_type": "true or false",
    "dict_type": "a mapping", "tuple_type": "a list", "list_type": "a list", "model_type": "a mapping",
    "model_attributes_type": "a mapping", "none_required": "nothing",
}  # fmt: skip


def explain(error: ValidationError, model: type[Spec], node: Node, key: Span) -> list[Diagnostic]:
    """Return one diagnostic for each distinct thing pydantic objects to in the definition at `node`."""
    found: dict[tuple[Span, str], Diagnostic] = {}
    details = error.errors(include_url=False)
    for detail in details:
        path = _real_path(node, detail["loc"])
        diagnostic = _explain_one(detail, path, model, node, key)
        found.setdefault((diagnostic.span, diagnostic.code), diagnostic)
    return _deepest(list(found.values()))


def _deepest(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    # A union reports every branch; keep unknown and missing keys over "wrong type" at a place that holds them.
    lines = {d.span.line for d in diagnostics if d.code in {"SPC101", "SPC102"}}
    return [d for d in diagnostics if d.code != "SPC103" or d.span.line not in lines] or diagnostics


def _explain_one(detail: ErrorDetails, path: tuple[Step, ...], model: type[Spec], node: Node, key: Span) -> Diagnostic:
    kind, context = detail["type"], detail.get("ctx", {})
    wanted = str(detail["loc"][-1]) if detail["loc"] else ""
    place = locate(node, path, key, prefer_key=False)
    if kind == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        help_ = did_you_mean(wanted, known) or "known keys: " + ", ".join(sorted(known))
        return Diagnostic("SPC101", f"unknown key `{wanted}`", locate(node, path, key, prefer_key=True), help_)
    if kind == "missing":
        owner = locate(node, path, key, prefer_key=True)
        return Diagnostic("SPC102", f"the key `{wanted}` is missing", owner, f"add `{wanted}:`")
    if kind == "literal_error":
        return _literal(detail, place)
    if kind == "union_tag_invalid":
        tags = str(context["expected_tags"]).replace("'", "`")
        discriminator = str(context["discriminator"]).strip("'")
        place = locate(node, (*path, discriminator), key, prefer_key=False)
        return Diagnostic("SPC103", f"`{context['tag']}` is not a known {discriminator}", place, f"one of {tags}")
    if kind in _WHAT:
        message = f"{_shown(detail['input'])} stands where {_WHAT[kind]} is expected"
        return Diagnostic("SPC103", message, place, f"write {_WHAT[kind]}")
    if kind == "value_error":
        return Diagnostic("SPC103", str(context["error"]), place, "see `specc schema` for the shape of this key")
    return Diagnostic("SPC103", f"{_shown(detail['input'])}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", place,
                      "see `specc schema` for the shape of this key")


def _literal(detail: ErrorDetails, place: Span) -> Diagnostic:
    expected = str(detail.get("ctx", {})["expected"]).replace("'", "`")
    options = expected.replace("`", "").replace(" or ", ", ").split(", ")
    help_ = did_you_mean(str(detail["input"]), options) or f"one of {expected}"
    return Diagnostic("SPC103", f"{_shown(detail['input'])} is not one of the values this key takes", place, help_)


def _shown(value: object) -> str:
    text = "nothing" if value is None else "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else f"`{value}`"
    return text if len(text) <= 80 else text[:77] + "...`"


def _real_path(node: Node, loc: Iterable[Step]) -> tuple[Step, ...]:
    """Drop the segments that pydantic adds for unions and tags: they are no keys of the tree."""
    path: list[Step] = []
    current: Node | None = node
    steps = list(loc)
    for position, step in enumerate(steps):
        if isinstance(current, MapNode) and isinstance(step, str) and step in current.entries:
            current = current.entries[step]
        elif isinstance(current, SequenceNode) and isinstance(step, int) and step < len(current.items):
            current = current.items[step]
        elif position < len(steps) - 1:
            continue
        path.append(step)
    return tuple(path)


def _fields_at(model: type[BaseModel], path: tuple[Step, ...]) -> set[str]:
    """Return the keys that the models at a path take; several when a union stands there."""
    annotations: list[Any] = [model]
    for step in path:
        annotations = [inner for annotation in annotations for inner in _step(annotation, step)]
    fields: set[str] = set()
    for annotation in annotations:
        for candidate in _models(annotation):
            fields |= {info.alias or name for name, info in candidate.model_fields.items()}
    return fields


def _step(annotation: Any, step: Step) -> list[Any]:  # noqa: ANN401 - annotations are of any type
    inner: list[Any] = []
    for model in _models(annotation):
        for name, info in model.model_fields.items():
            if (info.alias or name) == step:
                inner.append(info.annotation)
    for part in _parts(annotation):
        if typing.get_origin(part) is dict:
            inner.append(typing.get_args(part)[1])
        elif typing.get_origin(part) is tuple:
            inner.append(typing.get_args(part)[0])
    return inner


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401
    return [part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)]


def _parts(annotation: Any) -> list[Any]:  # noqa: ANN401
    """Unfold unions and Annotated."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _parts(typing.get_args(annotation)[0])
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        return [part for arg in typing.get_args(annotation) for part in _parts(arg)]
    return [annotation]
