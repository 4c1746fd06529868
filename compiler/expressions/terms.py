"""What an expression adds up: the columns, and products of columns, that an amount is made of."""

from __future__ import annotations

from itertools import product
from typing import Any

# What leaves an amount an amount: bounds, rounding, and a value for what is missing.
_THROUGH = frozenset({"greatest", "least", "round", "floor", "ceil", "abs", "sum", "max", "min"})
_ADDED = frozenset({"+", "-"})

Tree = dict[str, Any]
Terms = frozenset[tuple[str, ...]]
_NOTHING: Terms = frozenset()


def terms(tree: Tree) -> Terms:
    """Return the terms that an expression adds up, each as the names of the columns it multiplies, in order.

    Constants say nothing; of a case, each branch may be added. A term that is something else than columns,
    products and quotients is left out: what is returned is certainly there.
    """
    kind = tree["class"]
    if kind == "COLUMN_REF":
        return frozenset({(str(tree["column_names"][0]),)})
    if kind == "CAST":
        return terms(tree["child"])
    if kind == "CASE":
        branches = [check["then_expr"] for check in tree["case_checks"]] + [tree["else_expr"]]
        return _NOTHING.union(*map(terms, branches))
    if tree["type"] == "OPERATOR_COALESCE":
        return _NOTHING.union(*map(terms, tree["children"]))
    return _of_function(tree) if kind in {"FUNCTION", "WINDOW"} else _NOTHING


def _of_function(tree: Tree) -> Terms:
    name, given = tree["function_name"], [argument["expression"] for argument in tree["arguments"]]
    if name in _ADDED or name in _THROUGH:
        return _NOTHING.union(*map(terms, given))
    if name not in {"*", "/"}:
        return _NOTHING
    left, right = ((terms(side), side["class"] == "CONSTANT") for side in given)
    if left[1] or right[1]:
        return _NOTHING if name == "/" and left[1] else left[0] | right[0]
    mark = "" if name == "*" else "1/"
    pairs = product(left[0], right[0])
    return frozenset(tuple(sorted([*one, *(mark + factor for factor in other)])) for one, other in pairs)
