"""Safe fixes of findings, as edits: one code, one way to mend it. Loaded where there are findings.

A fix never changes what a valid spec means: it writes the only name that can be meant, quotes what could be
read two ways, or takes out what has no effect.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.diagnostics import Edit, Fix
from compiler.suggest import DidYouMean
from compiler.syntax.document import MapNode, children
from compiler.syntax.edits import Places
from compiler.syntax.removal import Path, node_at, path_to, removal
from compiler.syntax.scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compiler.diagnostics import Diagnostic
    from compiler.syntax.document import Document, Node

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTE = "'\""
# The keys of an entry that says why: without a name it says nothing, so that it goes with the last of them.
_NAMES = ("variables", "columns", "instead")


def with_fixes(diagnostics: Iterable[Diagnostic], documents: Iterable[Document]) -> list[Diagnostic]:
    """Return the findings, with a fix where there is a safe one."""
    by_file = {document.file: document for document in documents}
    return [_with_fix(each, by_file.get(each.span.file)) for each in diagnostics]


def _with_fix(diagnostic: Diagnostic, document: Document | None) -> Diagnostic:
    make = FIXES.get(diagnostic.code)
    if make is None or document is None or not document.text:
        return diagnostic
    return replace(diagnostic, fix=make(diagnostic, document))


def _renamed(diagnostic: Diagnostic, document: Document) -> Fix | None:
    help_ = diagnostic.help
    if not isinstance(help_, DidYouMean) or len(help_.meant) != 1:
        return None
    (meant,) = help_.meant
    places = Places(document.text, document.file)
    found = _place_of(help_.wrong, *places.range(diagnostic.span), places.text)
    # What would have to be quoted, in YAML or in SQL, is left to a person.
    if found is None or _PLAIN.fullmatch(meant) is None or resolve(meant) != meant:
        return None
    return Fix(f"write `{meant}`", (Edit(places.span(*found), meant),))


def _place_of(name: str, start: int, end: int, text: str) -> tuple[int, int] | None:
    """Return where a name stands between two offsets: at the beginning, in quotes or not, or only once."""
    matches = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text[start:end])]
    at_start = [m for m in matches if not text[start : start + m[0]].strip(_QUOTE)]
    chosen = at_start or matches
    return (start + chosen[0][0], start + chosen[0][1]) if at_start or len(chosen) == 1 else None


def _quoted(diagnostic: Diagnostic, document: Document) -> Fix | None:
    places = Places(document.text, document.file)
    text = places.of(diagnostic.span)
    if not text or "\n" in text or text[0] in _QUOTE:
        return None
    quoted = "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'
    return Fix(f"write {quoted}", (Edit(diagnostic.span, quoted),))


def _removed(diagnostic: Diagnostic, document: Document) -> Fix | None:
    # What resembles another name may be meant for it: whether to rename or to remove is not ours to say.
    if isinstance(diagnostic.help, DidYouMean):
        return None
    path = None if document.root is None else path_to(document.root, diagnostic.span)
    if path is None or document.root is None:
        return None
    edit = removal(document, _whole(document.root, path))
    return None if edit is None else Fix("remove it", (edit,))


def _whole(root: Node, path: Path) -> Path:
    """Return the path of what is empty once what stands at a path is gone; a definition is never it."""
    while len(path) > 3:
        parent = node_at(root, path[:-1])
        if len([*children(parent)]) > 1 and not (isinstance(parent, MapNode) and path[-1] in _NAMES):
            break
        path = path[:-1]
    return path


def _unused_suppression(diagnostic: Diagnostic, document: Document) -> Fix | None:
    suppression = next((s for s in document.suppressions if s.span == diagnostic.span), None)
    places = Places(document.text, document.file)
    start, end = places.range(diagnostic.span)
    named = set(re.findall(r"SPC\d{3}", diagnostic.message.partition(" is not found")[0]))
    if suppression is None:
        return None
    kept = [code for code in suppression.codes if code not in named]
    if kept:
        text = f"# specc: ignore[{', '.join(kept)}] {suppression.reason}"
        return Fix("remove the unused code", (Edit(diagnostic.span, text),))
    first, last = places.line_around(start, end)
    before = places.text[first:start]
    whole = (first, last) if not before.strip() else (first + len(before.rstrip()), end)
    return Fix("remove it", (Edit(places.span(*whole), ""),))


def _absent(diagnostic: Diagnostic, _document: Document) -> Fix:
    # What a half had that was not written, before it had to be said, was zero.
    rule = "create" if "both are" in diagnostic.message else "zero"
    return Fix(f"write `absent: {rule}`", (Edit(diagnostic.span, rule),))


FIXES: dict[str, Callable[[Diagnostic, Document], Fix | None]] = {
    "SPC004": _quoted,
    **dict.fromkeys(
        ("SPC101", "SPC103", "SPC106", "SPC108", "SPC201", "SPC202", "SPC203", "SPC206", "SPC505", "SPC704"),
        _renamed,
    ),
    "SPC450": _absent,
    "SPC501": _removed,
    "SPC502": _removed,
    "SPC511": _removed,
    "SPC902": _unused_suppression,
}
