"""What is said of a part of an expression, and of what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions.values import NUMBERS

if TYPE_CHECKING:
    from compiler.expressions.values import Value

    Tree = dict[str, Any]

REMEDIES = {
    "number": "cast it, as in `x::double`", "summable": "cast it, as in `x::double`",
    "whole": "cast it, as in `x::bigint`", "small": "write the number itself, or cast it, as in `x::int`",
    "str": "cast it, as in `x::varchar`", "bool": "compare it with a value, as in `x > 0`",
    "text": "compare it with a value, as in `x = 'yes'`",
}  # fmt: skip
TAKEN = {
    "number": "a number", "summable": "a number", "whole": "a whole number",
    "small": "a whole number of 32 bits", "str": "text", "bool": "a truth value",
}  # fmt: skip


def what(node: Tree) -> str:
    """Return a node in words, as it is written where it is short."""
    if node["class"] == "COLUMN_REF":
        return f"`{node['column_names'][0]}`"
    if node["class"] == "CONSTANT":
        text = node["literal"]["text"]
        return f"`'{text}'`" if node["literal"]["kind"] == "STRING" else f"`{text}`"
    if node["class"] in {"FUNCTION", "WINDOW"} and node["function_name"][0].isalpha():
        return f"the result of `{shown(node['function_name'])}`"
    return "this"


def shown(name: str) -> str:
    """Return a function as people write it."""
    return {"~~": "like", "!~~": "not like", "like_escape": "like"}.get(name, name)


def compared_remedy(value: Value, against: Value) -> str:
    """Return what to do about a value that is compared with one of another type."""
    if "bool" in {value.type, against.type}:
        return "a truth value needs no comparison: write it alone or with `not`; a number of it is `x::int`"
    if value.type == "str" and value.constant:
        return "write it without quotes" if against.type in NUMBERS else "write another value"
    return "cast one of them, as in `x::varchar` or `x::double`"
