"""Finds `# specc: ignore[CODE] reason` comments, which the YAML tree does not hold."""

from __future__ import annotations

import re

from compiler.diagnostics import Span
from compiler.syntax.document import Suppression

_COMMENT = re.compile(r"(?:^|\s)#\s*specc:\s*ignore\[(?P<codes>[A-Z0-9, ]*)\]\s*(?P<reason>.*)$")


def suppressions(text: str, file: str) -> tuple[Suppression, ...]:
    """Return the suppressions of a text. One on a line of its own covers the next line, otherwise its own."""
    if "specc:" not in text:
        return ()
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _COMMENT.search(line):
            codes = tuple(code.strip() for code in match["codes"].split(",") if code.strip())
            start = line.index("#", match.start())
            alone = not line[:start].strip()
            span = Span(file, number, start + 1, number, len(line) + 1)
            found.append(Suppression(codes, match["reason"].strip(), number + 1 if alone else number, span))
    return tuple(found)
