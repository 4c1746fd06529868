"""Language 1 to 2: a target that matches states by their code says `geography:` instead.

`match: {state_code: {column: state, codes: same}}` becomes
`geography: {level: state, column: state, coded: postal}`; `state_fips` is `coded: fips`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostics import Edit
from compiler.syntax.comments import comments
from compiler.syntax.document import MapNode, ScalarNode, under
from compiler.syntax.edits import Places, ends, is_flow
from compiler.syntax.removal import removal
from compiler.syntax.scalars import ambiguity

if TYPE_CHECKING:
    from compiler.syntax.document import Document, Node

_CODED = {"state_code": "postal", "state_fips": "fips"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def to_2(document: Document) -> list[Edit]:
    """Return the edits of one file."""
    targets = under(document.root, "targets")
    entries = targets.entries if isinstance(targets, MapNode) else {}
    return [edit for name, target in entries.items() for edit in _of_target(document, name, target)]


def _of_target(document: Document, name: str, target: Node) -> list[Edit]:
    match = under(target, "match")
    if not isinstance(target, MapNode) or not isinstance(match, MapNode) or "geography" in target.entries:
        return []
    columns = {state: column for state in _CODED if (column := _column(match.entries.get(state))) is not None}
    # Two at once are no geography that anybody can name for the author.
    if len(columns) != 1:
        return []
    ((state, column),) = columns.items()
    geography = f"geography: {{level: state, column: {column}, coded: {_CODED[state]}}}"
    if len(match.entries) == 1:
        return [_instead_of_match(document, target, match, geography)]
    out = removal(document, ("targets", name, "match", state))
    return [] if out is None else [_before_match(document, target, geography, out), out]


def _column(match: Node | None) -> str | None:
    """Return the column of `{column: COLUMN, codes: same}` as it is written between brackets."""
    if not isinstance(match, MapNode) or set(match.entries) != {"column", "codes"}:
        return None
    column, codes = match.entries["column"], match.entries["codes"]
    if not isinstance(column, ScalarNode) or not isinstance(codes, ScalarNode) or codes.value != "same":
        return None
    value = column.value
    if isinstance(value, str) and not (_PLAIN.fullmatch(value) and ambiguity(value) is None):
        return "'" + value.replace("'", "''") + "'"
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _instead_of_match(document: Document, target: MapNode, match: MapNode, geography: str) -> Edit:
    places = Places(document.text, document.file)
    start, end = places.range(target.keys["match"])[0], ends(match, places)
    said = _comments(document, places, start, end)
    return Edit(places.span(start, end), _below(said, target, places, start) + geography)


def _before_match(document: Document, target: MapNode, geography: str, out: Edit) -> Edit:
    places = Places(document.text, document.file)
    start = places.range(target.keys["match"])[0]
    said = _comments(document, places, *places.range(out.span))
    end = ", " if is_flow(target, places) else _line_end(places, start)
    return Edit(places.span(start, start), _below(said, target, places, start) + geography + end)


def _comments(document: Document, places: Places, start: int, end: int) -> list[str]:
    return [places.text[first:last] for first, last in comments(document.root, places, start, end)]


def _below(said: list[str], target: MapNode, places: Places, start: int) -> str:
    """Return comments on lines of their own, then the beginning of the line that goes on."""
    line = _line_end(places, start)
    first = line if said and is_flow(target, places) else ""
    return first + "".join(f"{comment}{line}" for comment in said)


def _line_end(places: Places, start: int) -> str:
    """Return a line end and the indentation of what stands at an offset."""
    first, _ = places.line_around(start, start)
    before = places.text[first:start]
    end = "\r\n" if "\r\n" in places.text else "\n"
    return end + " " * (len(before) - len(before.lstrip(" ")) if before.strip() else len(before))
