"""The functions of the language: what goes in, and what comes out. A test holds it against DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.expressions.values import Value


class Signature(NamedTuple):
    """Wanted types of the arguments, and the result.

    Arguments: the keys of `WANTED`, or `any`; the last stands for all that follow.
    Results: a type; `same` is the type of the first argument; `widest` float where an argument is one.
    """

    arguments: tuple[str, ...]
    result: str
    keeps_unit: bool = False


_ROUNDED = Signature(("number",), "float", keeps_unit=True)
_REAL = Signature(("number",), "float")
_TEXT = Signature(("str",), "str")
_CUT = Signature(("str", "whole", "whole"), "str")
_MATCH = Signature(("str",), "bool")

FUNCTIONS = {
    "+": Signature(("number",), "widest"), "-": Signature(("number",), "widest"),
    "*": Signature(("number",), "widest"), "/": _REAL, "//": Signature(("number",), "widest"),
    "%": Signature(("number",), "widest"), "||": Signature(("any",), "str"),
    "abs": Signature(("number",), "same", keeps_unit=True), "ceil": _ROUNDED, "floor": _ROUNDED,
    "round": Signature(("number", "small"), "same", keeps_unit=True), "sign": Signature(("number",), "int"),
    "ln": _REAL, "exp": _REAL, "sqrt": _REAL,
    "lower": _TEXT, "upper": _TEXT, "trim": _TEXT, "replace": _TEXT,
    "lpad": Signature(("str", "small", "str"), "str"), "substr": _CUT, "substring": _CUT,
    "split_part": Signature(("str", "str", "whole"), "str"),
    "concat": Signature(("any",), "str"), "length": Signature(("str",), "int"),
    "~~": _MATCH, "!~~": _MATCH, "like_escape": _MATCH, "starts_with": _MATCH, "contains": _MATCH,
}  # fmt: skip
# These take the values of one kind, and give one of them.
CHOICES = frozenset({"greatest", "least", "nullif"})
AGGREGATES = {
    "sum": Signature(("summable",), "sum", keeps_unit=True),
    "avg": Signature(("number",), "float", keeps_unit=True),
    "min": Signature(("any",), "same", keeps_unit=True), "max": Signature(("any",), "same", keeps_unit=True),
    "count": Signature(("any",), "int"), "count_star": Signature((), "int"),
    "bool_or": Signature(("bool",), "bool"), "bool_and": Signature(("bool",), "bool"),
}  # fmt: skip
WANTED = {
    "number": frozenset({"int", "float"}), "str": frozenset({"str"}), "whole": frozenset({"int"}),
    "small": frozenset({"int"}), "summable": frozenset({"int", "float", "bool"}), "bool": frozenset({"bool"}),
}  # fmt: skip
ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%"})


def result_type(signature: Signature, values: Sequence[Value]) -> str:
    """Return the type of what a function gives for arguments that it takes."""
    types = [value.type for value in values]
    if signature.result == "same":
        return types[0] if types[0] != "null" else "unknown"
    if signature.result == "sum":
        return {"float": "float", "unknown": "unknown"}.get(types[0], "int")
    if signature.result != "widest":
        return signature.result
    if "float" in types:
        return "float"
    return "int" if set(types) == {"int"} else "unknown"
