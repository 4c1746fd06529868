"""Constants that an expression compares a column with: `kind = 'wages'`, `kind in ('wages', 'rents')`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.expressions.tree import offset, syntax_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

_EQUAL = frozenset({"COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_IN", "COMPARE_NOT_IN"})


class Constant(NamedTuple):
    """A value that a column is compared with; `offset` is where it stands in the text."""

    column: str
    value: str
    offset: int


def compared(text: str) -> tuple[Constant, ...]:
    """Return every constant that an expression compares a column with, for equality or its contrary.

    Raises:
        ExpressionError: it is not one scalar expression.
    """
    return tuple(_of(text, syntax_tree(text)))


def _of(text: str, node: object) -> Iterator[Constant]:
    if isinstance(node, list):
        for child in node:
            yield from _of(text, child)
    elif isinstance(node, dict):
        if node.get("type") in _EQUAL:
            yield from _constants(text, node)
        for child in node.values():
            yield from _of(text, child)


def _constants(text: str, node: dict[str, Any]) -> Iterator[Constant]:
    sides = node["children"] if "children" in node else [node["left"], node["right"]]
    columns = [side["column_names"][0] for side in sides if side["class"] == "COLUMN_REF"]
    if len(columns) != 1:
        return
    for side in sides:
        if side["class"] == "CONSTANT" and side.get("literal", {}).get("text") is not None:
            yield Constant(columns[0], str(side["literal"]["text"]), offset(text, side))


def literals(tree: dict[str, Any]) -> tuple[str, ...] | None:
    """Return the texts that an expression gives, None where it may give one that is not written out."""
    if tree["class"] == "CASE":
        branches = [*(check["then_expr"] for check in tree["case_checks"]), tree["else_expr"]]
        found = [literals(branch) for branch in branches]
        texts = [text for each in found if each is not None for text in each]
        return None if None in found else tuple(dict.fromkeys(texts))
    literal = tree.get("literal", {})
    if literal.get("kind") == "NULL_LITERAL":
        return ()
    return (str(literal["text"]),) if literal.get("kind") == "STRING" else None
