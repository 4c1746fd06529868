"""The type of an expression from its syntax tree alone: DuckDB's binder would need the tables."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from compiler.expressions.agreement import Agreement
from compiler.expressions.nulls import present_if, present_unless
from compiler.expressions.parse import Parsed, parse
from compiler.expressions.signatures import AGGREGATES, CHOICES, FUNCTIONS, result_type
from compiler.expressions.tree import offset
from compiler.expressions.values import COUNT, NUMBERS, UNKNOWN, Problem, Typed, Value
from compiler.expressions.wording import REMEDIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Tree = dict[str, Any]

_CONSTANTS = {"INTEGER": "int", "NUMERIC": "float", "STRING": "str", "BOOLEAN": "bool"}
_CASTS = {"BOOLEAN": "bool", "INTEGER": "int", "BIGINT": "int", "DOUBLE": "float", "VARCHAR": "str"}


def infer(parsed: Parsed, columns: Mapping[str, Value]) -> Typed:
    """Return what an expression gives over columns of known types; those not named are of no known type."""
    known = tuple((name, columns[name]) for name in sorted(parsed.columns) if name in columns)
    return _inferred(parsed.text, known)


@functools.cache
def _inferred(text: str, columns: tuple[tuple[str, Value], ...]) -> Typed:
    tree = parse(text).tree
    walk = _Inference(text, dict(columns))
    try:
        value, constants = walk.value(tree), tuple(_constants(text, tree))
    except RecursionError:
        message = "the expression nests too deeply to know what it gives"
        return Typed(UNKNOWN, (Problem("SPC301", message, "declare parts of it as variables", 0),))
    return Typed(value, tuple(dict.fromkeys(walk.problems)), constants)


def _constants(text: str, node: Tree) -> list[tuple[str, int]]:
    """Return the string constants that an expression may give as they are, with their places."""
    if node["class"] == "CONSTANT" and node["literal"]["kind"] == "STRING":
        return [(node["literal"]["text"], offset(text, node))]
    inner = list(node["children"]) if node.get("type") == "OPERATOR_COALESCE" else []
    if node["class"] == "CASE":
        inner = [*(check["then_expr"] for check in node["case_checks"]), node["else_expr"]]
    return [found for child in inner for found in _constants(text, child)]


class _Inference(Agreement):
    """One walk over one tree. What is wrong is collected; what follows from it is of no known type."""

    def __init__(self, text: str, columns: dict[str, Value]) -> None:
        super().__init__(text)
        self.columns = columns

    def value(self, node: Tree) -> Value:
        """Return what a node gives."""
        found: Value = getattr(self, f"_{node['class'].lower()}")(node)
        return found

    def _column_ref(self, node: Tree) -> Value:
        return self.columns.get(node["column_names"][0], UNKNOWN)

    def _constant(self, node: Tree) -> Value:
        kind = node["literal"]["kind"]
        if kind == "NULL_LITERAL":
            return Value("null", nullable=True, constant=True)
        return Value(_CONSTANTS.get(kind, "unknown"), constant=True)

    def _cast(self, node: Tree) -> Value:
        child, to = self.value(node["child"]), _CASTS[node["type_expr"]["type_name"].upper()]
        unit = child.unit if to in NUMBERS and child.type in NUMBERS else None
        if to in NUMBERS and child.type == "bool" and not child.constant:
            unit = COUNT
        values = child.values if to == "str" else None
        return child._replace(type=to, unit=unit, values=values)

    def _comparison(self, node: Tree) -> Value:
        values = self._compare(node["left"], node["right"])
        certain = "DISTINCT_FROM" in node["type"]
        return Value("bool", nullable=not certain and any(value.nullable for value in values))

    def _between(self, node: Tree) -> Value:
        values = self._compare(node["input"], node["lower"], node["upper"])
        return Value("bool", nullable=any(value.nullable for value in values))

    def _conjunction(self, node: Tree) -> Value:
        values = [self._truth(child) for child in node["children"]]
        return Value("bool", nullable=any(value.nullable for value in values))

    def _operator(self, node: Tree) -> Value:
        kind, children = node["type"], node["children"]
        if kind == "OPERATOR_COALESCE":
            values, merged = self._alike(children)
            return merged._replace(nullable=all(value.nullable for value in values))
        if kind == "OPERATOR_NOT":
            return Value("bool", nullable=self._truth(children[0]).nullable)
        if kind.startswith("COMPARE"):
            return Value("bool", nullable=any(value.nullable for value in self._compare(*children)))
        self.value(children[0])
        return Value("bool")

    def _case(self, node: Tree) -> Value:
        outside, branches = self.columns, []
        for check in node["case_checks"]:
            self._truth(check["when_expr"])
            before = self.columns
            self.columns = self._present(present_if(check["when_expr"]))
            branches.append((check["then_expr"], self.value(check["then_expr"])))
            self.columns = before
            self.columns = self._present(present_unless(check["when_expr"]))
        branches.append((node["else_expr"], self.value(node["else_expr"])))
        self.columns = outside
        merged = self.merged(branches)
        return merged._replace(nullable=any(value.nullable for _, value in branches))

    def _present(self, names: frozenset[str]) -> dict[str, Value]:
        """Return the columns where those named are known to hold a value."""
        return {n: v._replace(nullable=False) if n in names else v for n, v in self.columns.items()}

    def _function(self, node: Tree) -> Value:
        name = node["function_name"]
        children = [argument["expression"] for argument in node["arguments"]]
        if name in CHOICES:
            return self._choice(name, children)
        values = [self.value(child) for child in children]
        if name in {"+", "-"} and any(value.type == "date" for value in values):
            return self._moved_date(name, children, values)
        if not self.takes(name, FUNCTIONS[name], children, values):
            return UNKNOWN
        unit = self.unit(name, children, values)
        nullable = name != "concat" and any(value.nullable for value in values)
        constant = all(value.constant for value in values)
        return Value(result_type(FUNCTIONS[name], values), nullable, unit, constant=constant)

    def _moved_date(self, name: str, children: Sequence[Tree], values: Sequence[Value]) -> Value:
        """Dates have a difference, in days, and whole days that are written out can be added to them."""
        nullable = any(value.nullable for value in values)
        types = [value.type for value in values]
        if types == ["date", "date"] and name == "-":
            return Value("int", nullable)
        for child, value in zip(children, values, strict=True):
            is_days = value.type == "int" and child["class"] == "CONSTANT"
            if value.type != "date" and not is_days and not value.open:
                self.mistyped(
                    child, value, f"`{name}` with a date takes whole days", "write the days as a number"
                )
                return UNKNOWN
        if types == ["date", "int"] or (types == ["int", "date"] and name == "+"):
            return Value("date", nullable)
        if not any(value.open for value in values):
            self.mistyped(
                children[0], values[0], f"`{name}` takes a number", "compare dates, or take their difference"
            )
        return UNKNOWN

    def _choice(self, name: str, children: Sequence[Tree]) -> Value:
        if name == "nullif":
            return self._compare(*children)[0]._replace(nullable=True)
        values, merged = self._alike(children)
        for child, value in zip(children[1:], values[1:], strict=True):
            self.same_unit(values[0], value, child, "compares")
        return merged._replace(nullable=all(value.nullable for value in values))

    def _window(self, node: Tree) -> Value:
        name = node["function_name"]
        children = [argument["expression"] for argument in node["arguments"]]
        values = [self.value(child) for child in children]
        if node["filter_expr"]:
            self._truth(node["filter_expr"])
        if name.startswith("count"):
            return Value("int", unit=COUNT)
        if not self.takes(name, AGGREGATES[name], children, values):
            return UNKNOWN
        nullable = bool(node["filter_expr"]) or any(value.nullable for value in values)
        unit = values[0].unit if AGGREGATES[name].keeps_unit else None
        if name == "sum" and values[0].type == "bool":
            unit = COUNT
        return Value(result_type(AGGREGATES[name], values), nullable, unit)

    def _truth(self, node: Tree) -> Value:
        value = self.value(node)
        if not value.open and value.type != "bool":
            remedy = REMEDIES["text" if value.type == "str" else "bool"]
            self.mistyped(node, value, "a condition is a truth value", remedy)
        return value

    def _compare(self, first: Tree, *others: Tree) -> list[Value]:
        """Return the values that are compared with the first, which comes with them; stop at a wrong one."""
        values = [self.value(node) for node in (first, *others)]
        for node, value in zip(others, values[1:], strict=True):
            if not self.are_comparable(values[0], value):
                self.uncomparable((first, values[0]), (node, value))
                break
            self.same_unit(values[0], value, node, "compares")
            self.known_value(first, values[0], node)
            self.known_value(node, value, first)
        return values

    def _alike(self, children: Sequence[Tree]) -> tuple[list[Value], Value]:
        values = [self.value(child) for child in children]
        return values, self.merged(list(zip(children, values, strict=True)))
