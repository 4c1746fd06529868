"""Which keys a place of a spec takes: walks the annotations of the models along a path."""

from __future__ import annotations

import json
import types
import typing
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

if TYPE_CHECKING:
    from compiler.model.recipe import Step


def fields_at(model: type[BaseModel], path: tuple[Step, ...]) -> set[str]:
    """Return the keys that the models at a path take; those of several when a union stands there."""
    annotations: list[Any] = [model]
    for step in path:
        annotations = [inner for annotation in annotations for inner in _step(annotation, step)]
    models = [found for annotation in annotations for found in _models(annotation)]
    return {key for found in models for key in _keys(found)}


def example_at(model: type[BaseModel], path: tuple[Step, ...], key: str) -> str:
    """Return what may be written for a key of a place: all its words, or an example where there is one."""
    annotations: list[Any] = [model]
    for step in path:
        annotations = [inner for annotation in annotations for inner in _step(annotation, step)]
    models = [found for annotation in annotations for found in _models(annotation)]
    infos = [i for m in models for name, i in m.model_fields.items() if (i.alias or name) == key]
    examples = [example for info in infos for example in info.examples or ()]
    words = [word for info in infos for word in _words(info.annotation)]
    return " | ".join(_written(value) for value in (dict.fromkeys(words) if words else examples[:1]))


def _words(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - annotations are of any type
    return typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _step(annotation: Any, step: Step) -> list[Any]:  # noqa: ANN401 - annotations are of any type
    inner = [
        _keys(model)[step] for model in _models(annotation) if isinstance(step, str) and step in _keys(model)
    ]
    for part in _parts(annotation):
        origin, arguments = typing.get_origin(part), typing.get_args(part)
        if origin is dict:
            inner.append(arguments[1])
        elif origin is tuple:
            inner.append(arguments[0])
    return inner


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - annotations are of any type
    return [part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)]


def _parts(annotation: Any) -> list[Any]:  # noqa: ANN401 - annotations are of any type
    """Unfold unions and Annotated."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _parts(typing.get_args(annotation)[0])
    if origin is typing.Union or origin is types.UnionType:
        return [part for argument in typing.get_args(annotation) for part in _parts(argument)]
    return [annotation]
