"""Which columns hold a value wherever a condition is true, or wherever it is not."""

from __future__ import annotations

from typing import Any

Tree = dict[str, Any]
_NONE: frozenset[str] = frozenset()


def present_if(node: Tree) -> frozenset[str]:
    """Return the columns that hold a value where the condition is true: null is true of no comparison."""
    kind = node["type"]
    if kind == "CONJUNCTION_AND":
        return _NONE.union(*(present_if(child) for child in node["children"]))
    if kind == "OPERATOR_NOT":
        return present_unless(node["children"][0])
    if kind in {"OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN"}:
        return _column(node["children"][0])
    if kind == "COMPARE_BETWEEN":
        return _column(node["input"])
    if node["class"] == "COMPARISON" and "DISTINCT_FROM" not in kind:
        return _column(node["left"]) | _column(node["right"])
    return _NONE


def present_unless(node: Tree) -> frozenset[str]:
    """Return the columns that hold a value where the condition is not true."""
    if node["type"] == "OPERATOR_IS_NULL":
        return _column(node["children"][0])
    if node["type"] == "CONJUNCTION_OR":
        return _NONE.union(*(present_unless(child) for child in node["children"]))
    return _NONE


def _column(node: Tree) -> frozenset[str]:
    return frozenset(node["column_names"]) if node["class"] == "COLUMN_REF" else _NONE
