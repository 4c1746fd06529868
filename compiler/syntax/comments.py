"""Finds comments, which the YAML tree does not hold, and among them `# specc: ignore[CODE] reason`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from compiler.syntax.document import MapNode, ScalarNode, Suppression, below
from compiler.syntax.edits import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostics import Span
    from compiler.syntax.document import Node
    from compiler.syntax.edits import Range

_HASH = re.compile(r"(?:(?<=\s)|^)#", re.MULTILINE)
_END = re.compile(r"\r?$", re.MULTILINE)
_SUPPRESSION = re.compile(
    r"(?:^|\s)#\s*specc:\s*(?:ignore\b\s*(?:\[(?P<codes>[^\]]*)\])?)?\s*(?P<reason>.*)$"
)
_NO_CONTENT = re.compile(r"\s*(#.*)?$")


def comments(root: Node | None, places: Places, start: int, end: int) -> list[Range]:
    """Return where the comments between two offsets stand; a `#` inside a value is none."""
    values = sorted(_written(span, places) for span in _scalars(root)) if root else []
    begins = [value[0] for value in values]
    found: list[Range] = []
    for match in _HASH.finditer(places.text, start, end):
        at = match.start()
        before = bisect_right(begins, at) - 1
        in_value = before >= 0 and at < values[before][1]
        if not in_value and not (found and at < found[-1][1]):
            line_end = _END.search(places.text, at)
            found.append((at, min(end, line_end.start() if line_end else end)))
    return found


def _written(span: Span, places: Places) -> Range:
    """Return the offsets of a value; behind the `|` or `>` of a block there may be a comment."""
    start, end = places.range(span)
    return (
        places.line_around(start, start)[1] if places.text[start : start + 1] in {"|", ">"} else start
    ), end


def _scalars(root: Node) -> Iterator[Span]:
    for node in below(root):
        if isinstance(node, ScalarNode):
            yield node.span
        elif isinstance(node, MapNode):
            yield from node.keys.values()


def suppressions(text: str, file: str, root: Node | None) -> tuple[Suppression, ...]:
    """Return the suppressions of a text. One on a line of its own covers the next line with content."""
    if "specc:" not in text:
        return ()
    places = Places(text, file)
    lines = enumerate(text.split("\n"), start=1)
    content = [number for number, line in lines if not _NO_CONTENT.match(line)]
    found = (_suppression(places, comment, content) for comment in comments(root, places, 0, len(text)))
    return tuple(suppression for suppression in found if suppression is not None)


def _suppression(places: Places, comment: Range, content: list[int]) -> Suppression | None:
    """Return what a comment suppresses, if anything; `content` are the lines that hold more than comments."""
    start, end = comment
    match = _SUPPRESSION.search(places.text[start:end])
    if match is None:
        return None
    codes = tuple(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
    span = places.span(start + match.group().index("#") + match.start(), end)
    at = bisect_left(content, span.line)
    covered = content[at] if at < len(content) else span.line + 1
    return Suppression(codes, match["reason"].strip(), covered, span)
