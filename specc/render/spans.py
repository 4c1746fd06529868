"""Code spans of Markdown that hold what anybody wrote."""

from __future__ import annotations

import html

from specc.render.findings import clean

_MARKUP = "|`*[]!~\\"


def code(text: str) -> str:
    """Return a text as a code span in which nothing is markup, whoever wrote it."""
    # Inside `<code>` Markdown is still read, so that what could be markup is spelled as its number.
    escaped = "".join(f"&#{ord(c)};" if c in _MARKUP else html.escape(c) for c in clean(text))
    return f"<code>{escaped}</code>"
