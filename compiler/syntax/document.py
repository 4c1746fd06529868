"""The tree that the reader returns: values beside the places they were written at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.diagnostics import Diagnostic, Span

Scalar = str | int | float | bool | None


class ScalarNode(NamedTuple):
    """One scalar; `plain` when it was written without quotes."""

    value: Scalar
    span: Span
    plain: bool = False


class SequenceNode(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    span: Span


class MapNode(NamedTuple):
    """A mapping with the span of every key beside that of every value."""

    entries: dict[str, Node]
    keys: dict[str, Span]
    span: Span


Node = ScalarNode | SequenceNode | MapNode


class Suppression(NamedTuple):
    """A comment `# specc: ignore[CODE] reason` and the line whose findings it covers."""

    codes: tuple[str, ...]
    reason: str
    line: int
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its tree (None when it is empty or unreadable), findings, suppressions, and its text.

    The text is empty where the bytes are none.
    """

    file: str
    root: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()
    suppressions: tuple[Suppression, ...] = field(default=())
    text: str = field(default="", repr=False)


def children(node: Node) -> Iterable[tuple[str | int, Node]]:
    """Return what stands directly in a collection, each with its key or its number; nothing in a scalar."""
    if isinstance(node, ScalarNode):
        return ()
    return node.entries.items() if isinstance(node, MapNode) else enumerate(node.items)


def below(node: Node) -> Iterator[Node]:
    """Yield a node and all that stands in it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if not isinstance(each, ScalarNode):
            waiting += [child for _, child in children(each)][::-1]


def under(node: Node | None, *keys: str) -> Node | None:
    """Return what stands under keys, one below the other; None where there is nothing."""
    for key in keys:
        node = node.entries.get(key) if isinstance(node, MapNode) else None
    return node


def plain(node: Node) -> object:
    """Return the values of a tree without places, as dicts, lists and scalars."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}
