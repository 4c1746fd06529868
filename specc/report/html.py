"""HTML and SVG as values: what is text is escaped, what is markup says so by its type."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_VOID = {"meta", "input", "br", "rect", "line", "circle", "path", "polyline"}


class Html(str):
    """Markup. Any other text is escaped where it is put into an element."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """Return an element. `class_` and `data_x` are spelled `class` and `data-x`; None is left out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID and not children:
        return Html(f"<{name}{said}/>")
    return Html(f"<{name}{said}>{joined(children)}</{name}>")


def _attribute(key: str, value: object) -> str:
    return f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value), quote=True)}"'


def joined(children: Iterable[object]) -> Html:
    """Return children one after another."""
    return Html("".join(child if isinstance(child, Html) else html.escape(str(child)) for child in children))


def data(name: str, value: Any) -> Html:  # noqa: ANN401 - any JSON
    """Return JSON for the page's script; nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Html(f'<script type="application/json" id="{html.escape(name, quote=True)}">{safe}</script>')


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, figures: Sequence[str] = (), caption: str
) -> Html:
    """Return a table whose columns can be sorted; those in `figures` stand at the right.

    A cell that is a pair is what is shown and what it is sorted by.
    """
    right = [name in figures for name in head]
    heads = [
        tag("th", tag("button", name, type="button"), scope="col", class_="figure" if is_figure else None)
        for name, is_figure in zip(head, right, strict=True)
    ]
    body = [tag("tr", *map(_cell, row, right)) for row in rows]
    inner = tag("thead", tag("tr", *heads)), tag("tbody", *body)
    shown = tag("table", tag("caption", caption), *inner, class_="sortable")
    return tag("div", shown, class_="wide", tabindex="0", role="region", aria_label=caption)


def _cell(value: object, is_figure: bool) -> Html:  # noqa: FBT001 - mapped over
    shown, key = value if isinstance(value, tuple) else (value, None)
    return tag("td", shown, class_="figure" if is_figure else None, data_key=key)


def section(name: str, title: str, *children: object) -> Html:
    """Return a part of the page, which its navigation leads to."""
    return tag(
        "section", tag("h2", title, id=f"{name}-title"), *children, id=name, aria_labelledby=f"{name}-title"
    )
