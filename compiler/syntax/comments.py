"""Finds `# specc: ignore[CODE] reason` comments, which the YAML tree does not hold."""

from __future__ import annotations

import re

from compiler.diagnostics import Span
from compiler.syntax.document import Suppression

_COMMENT = re.compile(r"(?:^|\s)#\s*specc:\s*(?:ignore\b\s*(?:\[(?P<codes>[^\]]*)\])?)?\s*(?P<reason>.*)$")
_NO_CONTENT = re.compile(r"\s*(#.*)?$")


def suppressions(text: str, file: str) -> tuple[Suppression, ...]:
    """Return the suppressions of a text. One on a line of its own covers the next line with content."""
    if "specc:" not in text:
        return ()
    lines = [line.rstrip("\r") for line in text.split("\n")]
    found = []
    for number, line in enumerate(lines, start=1):
        if match := _COMMENT.search(line):
            codes = tuple(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
            start = line.index("#", match.start())
            covered = number if line[:start].strip() else _next_content(lines, number)
            span = Span(file, number, start + 1, number, len(line) + 1)
            found.append(Suppression(codes, match["reason"].strip(), covered, span))
    return tuple(found)


def _next_content(lines: list[str], number: int) -> int:
    """Return the number of the first line after `number` that holds more than a comment."""
    later = (n for n, line in enumerate(lines[number:], start=number + 1) if not _NO_CONTENT.match(line))
    return next(later, number + 1)
