"""Text to a checked expression: which columns it reads, and which of them inside which group."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.expressions.allowed import AGGREGATES, OPERATORS, SCALAR_FUNCTIONS, TYPES, WINDOWS
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    import duckdb

_PREFIX = "SELECT "
_SUFFIX = " FROM frame WINDOW " + ", ".join(f'{name} AS (PARTITION BY "{name}_id")' for name in WINDOWS)


class ExpressionError(ValueError):
    """An expression that is not part of the language. `offset` counts characters into its text."""

    def __init__(self, message: str, remedy: str, offset: int = 0) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.offset = offset


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column that an expression reads; `window` is the group it is aggregated over, if it is."""

    name: str
    window: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A checked expression."""

    text: str
    uses: tuple[ColumnUse, ...]
    windows: frozenset[str]

    @property
    def columns(self) -> frozenset[str]:
        """The names of all columns it reads."""
        return frozenset(use.name for use in self.uses)


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    # Imported here: a bundle whose YAML is broken never pays for the parser.
    import duckdb  # noqa: PLC0415

    settings = {"enable_external_access": "false", "lock_configuration": "true", "threads": "1"}
    return duckdb.connect(":memory:", config=settings)


@functools.cache
def parse(text: str) -> Parsed:
    """Parse one scalar expression.

    Raises:
        ExpressionError: it is not one scalar expression, or uses something outside the allow-list.
    """
    node = _select_item(text)
    uses = tuple(_walk(node, None))
    windows = frozenset(use.window for use in uses if use.window) | frozenset(_window_names(node))
    return Parsed(text, tuple(use for use in uses if use.name), windows)


def _select_item(text: str) -> dict[str, Any]:
    statement = _PREFIX + text + _SUFFIX
    fetched = _connection().execute("SELECT json_serialize_sql(?::VARCHAR)", [statement]).fetchone()
    tree = json.loads(fetched[0]) if fetched else {"error": True}
    if tree["error"]:
        offset = max(0, int(tree.get("position") or len(_PREFIX)) - len(_PREFIX))
        message = str(tree.get("error_message", "not an expression")).split("\n")[0]
        raise ExpressionError(message, "write one SQL scalar expression", min(offset, max(len(text) - 1, 0)))
    select = tree["statements"][0]["node"]
    if len(tree["statements"]) != 1 or not _is_bare_select(select):
        raise ExpressionError("this is more than one scalar expression", "write one value, without FROM, WHERE, commas or comments")
    item: dict[str, Any] = select["select_list"][0]
    return item


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


def _walk(node: dict[str, Any], window: str | None) -> Iterator[ColumnUse]:
    offset = _offset(node)
    kind = node["class"]
    if kind == "COLUMN_REF":
        if len(node["column_names"]) != 1:
            raise ExpressionError(f"`{'.'.join(node['column_names'])}` is qualified", "name the column alone", offset)
        yield ColumnUse(node["column_names"][0], window, offset)
    elif kind == "WINDOW":
        yield from _walk_window(node, window)
    else:
        _check(node, offset)
        for child in _children(node):
            yield from _walk(child, window)


def _walk_window(node: dict[str, Any], window: str | None) -> Iterator[ColumnUse]:
    offset, name = _offset(node), _window_of(node)
    if window is not None:
        raise ExpressionError("an aggregate inside an aggregate", "declare the inner one as a variable", offset)
    if node["function_name"] not in AGGREGATES:
        raise ExpressionError(f"`{node['function_name']}` cannot be taken over a group", f"use one of {', '.join(sorted(AGGREGATES))}", offset)
    if node["orders"] or node["distinct"] or node["arg_orders"]:
        raise ExpressionError("an order or DISTINCT inside an aggregate", "leave it out", offset)
    for argument in node["arguments"]:
        yield from _walk(argument["expression"], name)
    if node["filter_expr"]:
        yield from _walk(node["filter_expr"], name)


def _window_of(node: dict[str, Any]) -> str:
    """Return the group of `over GROUP`. A partition of the user's own is refused: groups are entities."""
    columns = [p["column_names"][0] for p in node["partitions"] if p["class"] == "COLUMN_REF"]
    names = [name for name in WINDOWS if columns == [f"{name}_id"]]
    if len(columns) != 1 or not names or node["start_expr"] or node["end_expr"]:
        raise ExpressionError("an aggregate over something other than a group entity", f"write `over` and one of {', '.join(WINDOWS)}", _offset(node))
    return names[0]


def _window_names(node: dict[str, Any]) -> Iterator[str]:
    if node["class"] == "WINDOW":
        yield _window_of(node)
        return
    for child in _children(node):
        yield from _window_names(child)


def _check(node: dict[str, Any], offset: int) -> None:
    kind = node["class"]
    if kind in {"CONSTANT", "COMPARISON", "CONJUNCTION", "CASE", "BETWEEN"}:
        return
    if kind == "FUNCTION":
        name = node["function_name"]
        if name in AGGREGATES:
            raise ExpressionError(f"`{name}` aggregates, but over what is not said", f"write `{name}(...) over tax_unit` or another group", offset)
        if name in SCALAR_FUNCTIONS:
            return
        raise ExpressionError(f"the function `{name}` is not part of the language",
                              did_you_mean(name, SCALAR_FUNCTIONS | AGGREGATES) or "see the language reference for the functions there are", offset)
    if kind == "OPERATOR" and node["type"] in OPERATORS:
        return
    if kind == "CAST" and node["type_expr"]["type_name"].upper() in TYPES and not node["type_expr"]["children"]:
        return
    raise ExpressionError(f"{node['type'].lower().replace('_', ' ')} is not part of the language", "see the language reference for what is", offset)


def _children(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("left", "right", "child", "input", "lower", "upper", "else_expr"):
        if isinstance(node.get(key), dict):
            yield node[key]
    for key in ("children", "arguments"):
        for child in node.get(key) or []:
            yield child["expression"] if "expression" in child else child
    for check in node.get("case_checks") or []:
        yield check["when_expr"]
        yield check["then_expr"]


def _offset(node: dict[str, Any]) -> int:
    location = int(node.get("query_location", 0))
    return max(0, location - len(_PREFIX)) if location < 2**63 else 0
