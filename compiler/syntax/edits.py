"""Edits on exact places of a text: what they do not name stays as it is, to the byte."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from compiler.diagnostics import Edit, Span
from compiler.syntax.document import MapNode, ScalarNode, children

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.syntax.document import Node

Range = tuple[int, int]


class Places:
    """Translates between spans of a text and offsets into it."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def range(self, span: Span) -> Range:
        """Return the offsets of a span, cut to the text."""
        return self._offset(span.line, span.column), self._offset(span.end_line, span.end_column)

    def span(self, start: int, end: int) -> Span:
        """Return the span of two offsets."""
        return Span(self.file, *self._place(start), *self._place(end))

    def of(self, span: Span) -> str:
        """Return the text of a span."""
        start, end = self.range(span)
        return self.text[start:end]

    def line_around(self, start: int, end: int) -> Range:
        """Return the offsets of whole lines, line end included."""
        after = self.text.find("\n", end)
        return self.text.rfind("\n", 0, start) + 1, len(self.text) if after < 0 else after + 1

    def _offset(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made; of two that overlap only the first in the text is."""
    places = Places(text, "")
    parts, done = [], 0
    for start, end, new in sorted((*places.range(edit.span), edit.text) for edit in edits):
        if start >= done:
            parts += [text[done:start], new]
            done = end
    return "".join([*parts, text[done:]])


def is_flow(node: Node, places: Places) -> bool:
    """Tell whether a collection is written with brackets."""
    start, _ = places.range(node.span)
    return not isinstance(node, ScalarNode) and places.text[start : start + 1] in {"[", "{"}


def ends(node: Node, places: Places) -> int:
    """Return where the text of a node really ends; YAML ends a block where the next thing begins."""
    start, end = places.range(node.span)
    if isinstance(node, ScalarNode) or is_flow(node, places):
        return start + len(places.text[start:end].rstrip())
    keys = node.keys.values() if isinstance(node, MapNode) else ()
    return max(
        [start, *(ends(child, places) for _, child in children(node)), *(places.range(k)[1] for k in keys)]
    )
