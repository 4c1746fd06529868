"""Takes a list item or a key with its value out of a text, with the comma or the lines that belong to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostics import Edit
from compiler.syntax.document import MapNode, ScalarNode, SequenceNode, children
from compiler.syntax.edits import Places, Range, ends, is_flow

if TYPE_CHECKING:
    from compiler.diagnostics import Span
    from compiler.syntax.document import Document, Node

Path = tuple[str | int, ...]
_COMMA = re.compile(r"\s*,\s*")
_DASH = re.compile(r"[ ]*-[ ]+")
_REST = re.compile(r"[ \t]*(#.*)?\r?\n?")


def path_to(node: Node, span: Span) -> Path | None:
    """Return the path of the value or key that stands at a span, None where there is none."""
    if isinstance(node, ScalarNode):
        return () if node.span == span else None
    for step, child in children(node):
        if isinstance(node, MapNode) and node.keys[str(step)] == span:
            return (step,)
        below = path_to(child, span)
        if below is not None:
            return (step, *below)
    return None


def node_at(node: Node, path: Path) -> Node:
    """Return the node at a path, which must exist."""
    for step in path:
        node = dict(children(node))[step]
    return node


def removal(document: Document, path: Path) -> Edit | None:
    """Return the edit that takes out what stands at a path; None where that would take more, or a comment.

    The collection around it must hold something else besides.
    """
    if document.root is None or not path:
        return None
    places = Places(document.text, document.file)
    parent = node_at(document.root, path[:-1])
    parts = _parts(parent, places)
    number = [step for step, _ in children(parent)].index(path[-1])
    found = _from_flow(parts, number, places) if is_flow(parent, places) else None
    if not is_flow(parent, places) and len(parts) > 1:
        found = _from_block(parts[number], places, dash=isinstance(parent, SequenceNode))
    return None if found is None else Edit(places.span(*found), "")


def _parts(parent: Node, places: Places) -> list[Range]:
    """Return the offsets of every item, or of every key with its value."""
    if isinstance(parent, MapNode):
        keys = [places.range(parent.keys[name]) for name in parent.entries]
        last = [ends(child, places) for child in parent.entries.values()]
        return [(key[0], max(key[1], end)) for key, end in zip(keys, last, strict=True)]
    return [(places.range(item.span)[0], ends(item, places)) for _, item in children(parent)]


def _from_flow(parts: list[Range], number: int, places: Places) -> Range | None:
    start, end = parts[number]
    if number + 1 < len(parts):
        after = parts[number + 1][0]
        return (start, after) if _COMMA.fullmatch(places.text, end, after) else None
    if number:
        before = parts[number - 1][1]
        return (before, end) if _COMMA.fullmatch(places.text, before, start) else None
    return None


def _from_block(part: Range, places: Places, *, dash: bool) -> Range | None:
    start, end = part
    first, last = places.line_around(start, end)
    before = places.text[first:start]
    alone = _DASH.fullmatch(before) if dash else not before.strip()
    return (first, last) if alone and _REST.fullmatch(places.text, end, last) else None
