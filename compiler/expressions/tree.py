"""Text to DuckDB's own syntax tree. Nothing is bound, planned or executed but the parser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.expressions.allowed import PERSON, WINDOWS
from compiler.expressions.errors import ExpressionError
from compiler.expressions.parser import serialize_ahead, serialized

if TYPE_CHECKING:
    from collections.abc import Iterable

# In parentheses and on lines of its own, so that no text can end the statement or comment out the rest.
_PREFIX = "SELECT (\n"
_SUFFIX = "\n) FROM frame"
_GROUPS = {name: f'{name} AS (PARTITION BY "{name}_id")' for name in (*WINDOWS, PERSON)}
# A word that can only be a column: four expressions in ten are one, and need no parser.
_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9]*[0-9_][A-Za-z0-9_]*")
KEYWORDS = frozenset({"export_state", "grouping_id", "pivot_longer", "pivot_wider", "try_cast"})
_LEXICAL = re.compile(
    r"""
    "(?:[^"]|"")*" | (?<![A-Za-z0-9_&$])'(?:[^']|'')*'     # what names and strings hold is harmless
    | (?P<comment> -- | /\*) | (?P<end> ;) | (?P<string> ['"] | \$[A-Za-z0-9_]*\$)
    """,
    re.VERBOSE,
)
_REFUSED = {
    "comment": ("a comment inside an expression", "move it behind a `#`, outside the expression"),
    "end": ("a `;` ends the expression", "write one value"),
    "string": ("a string with a prefix or without an end", "write strings in plain single quotes"),
}
_NO_PLACE = 2**63


def syntax_tree(text: str) -> dict[str, Any]:
    """Return the tree of one scalar expression as DuckDB serializes it.

    Raises:
        ExpressionError: it is not one scalar expression.
    """
    if not text.strip():
        raise ExpressionError("there is no expression", "write one value")
    if _COLUMN.fullmatch(text) and text.lower() not in KEYWORDS:
        return {
            "class": "COLUMN_REF",
            "type": "COLUMN_REF",
            "column_names": [text],
            "query_location": len(_PREFIX),
        }
    _refuse_tricks(text)
    tree: dict[str, Any] = json.loads(serialized(_statement(text)))
    if tree["error"]:
        raise _syntax_error(text, tree)
    select = tree["statements"][0]["node"]
    if len(tree["statements"]) != 1 or not _is_bare_select(select):
        raise ExpressionError("this is more than one scalar expression", "write one value")
    item: dict[str, Any] = select["select_list"][0]
    return item


def no_group(name: str, place: int) -> ExpressionError:
    """Return what is said of an aggregate over something that is no group."""
    return ExpressionError(f"`{name}` is not a group", f"use one of {', '.join(WINDOWS)}", place)


def _syntax_error(text: str, tree: dict[str, Any]) -> ExpressionError:
    message = str(tree.get("error_message", "not an expression")).split("\n")[0]
    if message.startswith("window "):
        name = message.split('"')[1]
        place = text.lower().rfind(name.lower())
        return no_group(name, max(place, 0))
    if message.startswith("Max expression depth"):
        return ExpressionError("the expression nests too deeply", "declare parts of it as variables")
    place = _characters(text, int(tree.get("position") or 0))
    return ExpressionError(message, "write one SQL scalar expression", min(place, len(text) - 1))


def offset(text: str, node: dict[str, Any]) -> int:
    """Return where a node of the tree begins in its text, in characters; 0 where DuckDB does not say."""
    location = int(node.get("query_location", 0))
    return _characters(text, location) if location < _NO_PLACE else 0


def _characters(text: str, location: int) -> int:
    # DuckDB counts bytes from the start of the statement.
    return len(text.encode()[: max(0, location - len(_PREFIX))].decode(errors="ignore"))


def _refuse_tricks(text: str) -> None:
    for found in _LEXICAL.finditer(text):
        if found.lastgroup:
            message, remedy = _REFUSED[found.lastgroup]
            raise ExpressionError(message, remedy, found.start())


def parse_ahead(texts: Iterable[str]) -> None:
    """Have DuckDB parse many expressions at once, which costs a sixth of asking for each, and meanwhile.

    What is wrong with one of them is said when its tree is asked for.
    """
    serialize_ahead(_statement(text) for text in texts if not _needs_no_parser(text))


def _needs_no_parser(text: str) -> bool:
    return _COLUMN.fullmatch(text) is not None or any(found.lastgroup for found in _LEXICAL.finditer(text))


def _statement(text: str) -> str:
    # Only the groups that it may name: most expressions name none, and are parsed in half the time.
    lower = text.lower()
    groups = ", ".join(group for name, group in _GROUPS.items() if name in lower)
    return f"{_PREFIX}{text}{_SUFFIX} WINDOW {groups}" if groups else _PREFIX + text + _SUFFIX


def _is_bare_select(select: dict[str, Any]) -> bool:
    empty = ("where_clause", "group_expressions", "group_sets", "having", "sample", "qualify", "modifiers")
    return (
        select["type"] == "SELECT_NODE"
        and len(select["select_list"]) == 1
        and not select["select_list"][0]["alias"]
        and not any(select[part] for part in empty)
        and not select["cte_map"]["map"]
        and select["from_table"]["type"] == "BASE_TABLE"
        and select["from_table"]["table_name"] == "frame"
    )
