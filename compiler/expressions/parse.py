"""Text to a checked expression: which columns it reads, and which of them inside which group."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.expressions.allowed import AGGREGATES, OPERATORS, PERSON, SCALAR_FUNCTIONS, TYPES, WINDOWS
from compiler.expressions.errors import ExpressionError
from compiler.expressions.tree import no_group, offset, syntax_tree
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

_HARMLESS = frozenset({"CONSTANT", "COMPARISON", "CONJUNCTION", "CASE", "BETWEEN"})
_ONLY_AGGREGATES = ("filter", "distinct")
_REFERENCE = "see the language reference for what is"
_GROUPS = f"write `over` and one of {', '.join(WINDOWS)}"


class ColumnUse(NamedTuple):
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
    # DuckDB's own tree, for those who ask what the expression gives.
    tree: dict[str, Any] = field(compare=False, repr=False)
    # The names of all columns it reads.
    columns: frozenset[str] = field(compare=False, repr=False)


@functools.cache
def parse(text: str) -> Parsed:
    """Parse one scalar expression.

    Raises:
        ExpressionError: it is not one scalar expression, or uses something outside the allow-list.
    """
    walk = _Walk(text)
    try:
        tree = syntax_tree(text)
        uses = tuple(walk.uses(tree, None))
    except RecursionError:
        raise ExpressionError("the expression nests too deeply", "declare parts of it as variables") from None
    return Parsed(text, uses, frozenset(walk.windows), tree, frozenset(use.name for use in uses))


def without_persons(parsed: Parsed) -> Parsed:
    """Return an expression that aggregates over no person: persons have no rows below them.

    Raises:
        ExpressionError: it does.
    """
    if PERSON in parsed.windows:
        raise no_group(PERSON, max(parsed.text.lower().rfind(PERSON), 0))
    return parsed


class _Walk:
    """Goes through every node of one expression's tree, however deep DuckDB has put it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.windows: set[str] = set()

    def uses(self, node: dict[str, Any], window: str | None) -> Iterator[ColumnUse]:
        """Yield the columns that a node reads, in the order of the tree."""
        if node["class"] == "COLUMN_REF":
            yield self._column(node, window)
        elif node["class"] == "WINDOW":
            yield from self._window(node, window)
        else:
            self._check(node)
            for child in _children(node):
                yield from self.uses(child, window)

    def _column(self, node: dict[str, Any], window: str | None) -> ColumnUse:
        names = node["column_names"]
        if len(names) != 1:
            raise self._error(node, f"`{'.'.join(names)}` is qualified", "name the column alone")
        return ColumnUse(names[0], window, offset(self.text, node))

    def _window(self, node: dict[str, Any], window: str | None) -> Iterator[ColumnUse]:
        if window is not None:
            raise self._error(node, "an aggregate inside an aggregate", "declare the inner one as a variable")
        if node["function_name"] not in AGGREGATES:
            message = f"`{node['function_name']}` cannot be taken over a group"
            raise self._error(node, message, f"use one of {', '.join(sorted(AGGREGATES))}")
        if node["orders"] or node["distinct"] or node["arg_orders"] or node["ignore_nulls"]:
            raise self._error(node, "an order, DISTINCT or IGNORE NULLS inside an aggregate", "leave it out")
        name = self._group(node)
        self.windows.add(name)
        for argument in node["arguments"]:
            yield from self.uses(argument["expression"], name)
        if node["filter_expr"]:
            yield from self.uses(node["filter_expr"], name)

    def _group(self, node: dict[str, Any]) -> str:
        """Return the group of `over GROUP`. A partition of the user's own is refused: groups are entities."""
        columns = [part["column_names"] for part in node["partitions"] if part["class"] == "COLUMN_REF"]
        names = [name for name in (*WINDOWS, PERSON) if columns == [[f"{name}_id"]]]
        is_framed = node["start_expr"] or node["end_expr"] or node["exclude_clause"] != "NO_OTHER"
        if len(node["partitions"]) != 1 or not names or is_framed:
            raise self._error(node, "an aggregate over something other than a group entity", _GROUPS)
        return names[0]

    def _check(self, node: dict[str, Any]) -> None:
        kind = node["class"]
        if kind in _HARMLESS or (kind == "OPERATOR" and node["type"] in OPERATORS):
            return
        if kind == "FUNCTION":
            self._check_function(node)
        elif kind != "CAST" or node["try_cast"] or not _is_plain_type(node["type_expr"]):
            what = node["type"].lower().replace("_", " ")
            raise self._error(node, f"{what} is not part of the language", _REFERENCE)

    def _check_function(self, node: dict[str, Any]) -> None:
        name = node["function_name"]
        if name == "row":
            raise self._error(node, "this is more than one value", "write one SQL scalar expression")
        if name in AGGREGATES:
            message = f"`{name}` aggregates, but over what is not said"
            raise self._error(node, message, f"write `{name}(...) over tax_unit` or another group")
        if name not in SCALAR_FUNCTIONS or node["schema"] or node["catalog"]:
            help_ = did_you_mean(name, SCALAR_FUNCTIONS | AGGREGATES) or _REFERENCE
            raise self._error(node, f"the function `{name}` is not part of the language", help_)
        if any(node[part] for part in _ONLY_AGGREGATES) or node["order_bys"]["orders"]:
            message = f"`{name}` is no aggregate: it takes no filter, order or DISTINCT"
            raise self._error(node, message, "leave it out")

    def _error(self, node: dict[str, Any], message: str, remedy: str) -> ExpressionError:
        return ExpressionError(message, remedy, offset(self.text, node))


def _is_plain_type(node: dict[str, Any]) -> bool:
    return node["type_name"].upper() in TYPES and not node["children"] and not node["schema"]


def _children(value: dict[str, Any] | list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the nearest nodes below a node, whatever key they stand under."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in inner:
        if not isinstance(child, dict | list) or not child or key == "type_expr":
            continue
        if isinstance(child, dict) and "class" in child:
            yield child
        else:
            yield from _children(child)
