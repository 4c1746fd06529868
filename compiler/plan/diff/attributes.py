"""Two JSON values compared place by place; a place is named by its path, such as `model.trees`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str, ...]
_MISSING = object()


class Op(StrEnum):
    """What happened at one place."""

    ADD = "add"
    REMOVE = "remove"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One place that differs. An element that enters or leaves a list goes by the path of the list.

    `name` is the path for people; a step of it may hold dots itself, as the role `facts.ages` does.
    """

    name: str
    op: Op
    before: Any = None
    after: Any = None
    path: Path = ()

    @classmethod
    def at(cls, path: Path, op: Op, before: object = None, after: object = None) -> AttributeChange:
        """Return the change at a path."""
        return cls(".".join(path), op, before, after, path)

    @property
    def part(self) -> str:
        """The first step of the path: an attribute of a node, or of a plan."""
        return self.path[0] if self.path else ""


def attribute_changes(before: object, after: object) -> tuple[AttributeChange, ...]:
    """Return every place where two JSON values differ, in the order of the names."""
    return tuple(_changes(before, after, ()))


def _changes(before: object, after: object, path: Path) -> Iterator[AttributeChange]:
    if before is _MISSING:
        yield AttributeChange.at(path, Op.ADD, after=after)
    elif after is _MISSING:
        yield AttributeChange.at(path, Op.REMOVE, before=before)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _of_mappings(before, after, path)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _of_lists(list(before), list(after), path)
    elif _text(before) != _text(after):
        yield AttributeChange.at(path, Op.CHANGE, before, after)


def _of_mappings(before: dict[str, Any], after: dict[str, Any], path: Path) -> Iterator[AttributeChange]:
    for key in sorted({*before, *after}):
        yield from _changes(before.get(key, _MISSING), after.get(key, _MISSING), (*path, key))


def _of_lists(before: list[Any], after: list[Any], path: Path) -> Iterator[AttributeChange]:
    named = _by_name(_together(before)), _by_name(_together(after))
    if named[0] is not None and named[1] is not None and (before or after):
        found = list(_of_mappings(named[0], named[1], path))
    elif all(isinstance(element, str) for element in (*before, *after)):
        found = list(_of_elements(before, after, path))
    else:
        found = []
    # The same elements in another order, or elements that have no name of their own: the list as a whole.
    if not found and _text(before) != _text(after):
        found = [AttributeChange.at(path, Op.CHANGE, before, after)]
    yield from found


def _of_elements(before: list[str], after: list[str], path: Path) -> Iterator[AttributeChange]:
    for element in sorted({*before} - {*after}):
        yield AttributeChange.at(path, Op.REMOVE, before=element)
    for element in sorted({*after} - {*before}):
        yield AttributeChange.at(path, Op.ADD, after=element)


def _together(elements: list[Any]) -> list[Any]:
    """Return the elements of lists of mappings, such as the levels of a derivation, as one list."""
    if elements and all(isinstance(e, list) and all(isinstance(each, dict) for each in e) for e in elements):
        return [each for element in elements for each in element]
    return elements


def _by_name(elements: list[Any]) -> dict[str, Any] | None:
    """Return elements by their name (`name`, or the first text of a row); None where one has none."""
    names = [_name(element) for element in elements]
    if any(name is None for name in names) or len({*names}) < len(names):
        return None
    return {str(name): element for name, element in zip(names, elements, strict=True)}


def _name(element: object) -> str | None:
    match element:
        case {"name": str(name)}:
            return name
        case [str(name), _, *_]:
            return name
    return None


def _text(value: object) -> str:
    # `1`, `1.0` and `true` are equal to Python, but a key tells them apart.
    return json.dumps(value, sort_keys=True)
