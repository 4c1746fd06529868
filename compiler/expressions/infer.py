"""The type of an expression from its syntax tree alone: DuckDB's binder would need the tables."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.expressions.nulls import present_if, present_unless
from compiler.expressions.parse import Parsed, parse
from compiler.expressions.signatures import (
    AGGREGATES,
    ARITHMETIC,
    CHOICES,
    FUNCTIONS,
    WANTED,
    Signature,
    result_type,
)
from compiler.expressions.tree import offset
from compiler.expressions.values import COUNT, NUMBERS, UNKNOWN, WORDS, Problem, Typed, Value, contradict
from compiler.expressions.wording import REMEDIES, TAKEN, compared_remedy, shown, what

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


class _Inference:
    """One walk over one tree. What is wrong is collected; what follows from it is of no known type."""

    def __init__(self, text: str, columns: dict[str, Value]) -> None:
        self.text = text
        self.columns = columns
        self.problems: list[Problem] = []

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
        return replace(child, type=to, unit=unit, values=values)

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
            return replace(merged, nullable=all(value.nullable for value in values))
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
        merged = self._merged(branches)
        return replace(merged, nullable=any(value.nullable for _, value in branches))

    def _present(self, names: frozenset[str]) -> dict[str, Value]:
        """Return the columns where those named are known to hold a value."""
        return {n: replace(v, nullable=False) if n in names else v for n, v in self.columns.items()}

    def _function(self, node: Tree) -> Value:
        name = node["function_name"]
        children = [argument["expression"] for argument in node["arguments"]]
        if name in CHOICES:
            return self._choice(name, children)
        values = [self.value(child) for child in children]
        if name in {"+", "-"} and any(value.type == "date" for value in values):
            return self._moved_date(name, children, values)
        if not self._takes(name, FUNCTIONS[name], children, values):
            return UNKNOWN
        unit = self._unit(name, children, values)
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
                self._mistyped(
                    child, value, f"`{name}` with a date takes whole days", "write the days as a number"
                )
                return UNKNOWN
        if types == ["date", "int"] or (types == ["int", "date"] and name == "+"):
            return Value("date", nullable)
        if not any(value.open for value in values):
            self._mistyped(
                children[0], values[0], f"`{name}` takes a number", "compare dates, or take their difference"
            )
        return UNKNOWN

    def _choice(self, name: str, children: Sequence[Tree]) -> Value:
        if name == "nullif":
            return replace(self._compare(*children)[0], nullable=True)
        values, merged = self._alike(children)
        for child, value in zip(children[1:], values[1:], strict=True):
            self._same_unit(values[0], value, child, "compares")
        return replace(merged, nullable=all(value.nullable for value in values))

    def _window(self, node: Tree) -> Value:
        name = node["function_name"]
        children = [argument["expression"] for argument in node["arguments"]]
        values = [self.value(child) for child in children]
        if node["filter_expr"]:
            self._truth(node["filter_expr"])
        if name.startswith("count"):
            return Value("int", unit=COUNT)
        if not self._takes(name, AGGREGATES[name], children, values):
            return UNKNOWN
        nullable = bool(node["filter_expr"]) or any(value.nullable for value in values)
        unit = values[0].unit if AGGREGATES[name].keeps_unit else None
        if name == "sum" and values[0].type == "bool":
            unit = COUNT
        return Value(result_type(AGGREGATES[name], values), nullable, unit)

    def _takes(
        self, name: str, signature: Signature, children: Sequence[Tree], values: Sequence[Value]
    ) -> bool:
        """Tell whether a function takes what it is given; say what is wrong with the first it does not."""
        for position, (child, value) in enumerate(zip(children, values, strict=True)):
            wanted = signature.arguments[min(position, len(signature.arguments) - 1)]
            fits = wanted == "any" or value.open or value.type in WANTED[wanted]
            if not fits or (wanted == "small" and not _is_small(child)):
                self._mistyped(child, value, f"`{shown(name)}` takes {TAKEN[wanted]}", REMEDIES[wanted])
                return False
        return True

    def _truth(self, node: Tree) -> Value:
        value = self.value(node)
        if not value.open and value.type != "bool":
            remedy = REMEDIES["text" if value.type == "str" else "bool"]
            self._mistyped(node, value, "a condition is a truth value", remedy)
        return value

    def _compare(self, first: Tree, *others: Tree) -> list[Value]:
        """Return the values that are compared with the first, which comes with them; stop at a wrong one."""
        values = [self.value(node) for node in (first, *others)]
        for node, value in zip(others, values[1:], strict=True):
            if not self._comparable(values[0], value):
                self._uncomparable((first, values[0]), (node, value))
                break
            self._same_unit(values[0], value, node, "compares")
            self._known_value(first, values[0], node)
            self._known_value(node, value, first)
        return values

    def _uncomparable(self, one: tuple[Tree, Value], other: tuple[Tree, Value]) -> None:
        # A constant is what can be written otherwise.
        (node, value), (_, against) = (one, other) if one[1].constant else (other, one)
        message = f"it is compared with {WORDS[against.type]}"
        self._mistyped(node, value, message, compared_remedy(value, against))

    def _comparable(self, one: Value, other: Value) -> bool:
        types = {one.type, other.type}
        if one.open or other.open or len(types) == 1 or types <= NUMBERS:
            return True
        return types == {"date", "str"} and (one if one.type == "str" else other).constant

    def _known_value(self, node: Tree, value: Value, other: Tree) -> None:
        """Say where an enum is compared with a text that is none of its values."""
        is_text = other["class"] == "CONSTANT" and other["literal"]["kind"] == "STRING"
        if value.values is None or not is_text or other["literal"]["text"] in value.values:
            return
        message = f"`{other['literal']['text']}` is not a value of {what(node)}"
        remedy = "values: " + ", ".join(value.values[:12])
        self.problems.append(Problem("SPC206", message, remedy, offset(self.text, other)))

    def _alike(self, children: Sequence[Tree]) -> tuple[list[Value], Value]:
        values = [self.value(child) for child in children]
        return values, self._merged(list(zip(children, values, strict=True)))

    def _merged(self, branches: Sequence[tuple[Tree, Value]]) -> Value:
        """Return what is one of several values; say where they are of different kinds."""
        typed = [(node, value) for node, value in branches if value.type != "null"]
        if not typed:
            return Value("null", nullable=True)
        first, kind = typed[0][1], typed[0][1].type
        for node, value in typed[1:]:
            if not self._comparable(first, value):
                message = f"it stands beside {WORDS[first.type]}"
                self._mistyped(node, value, message, compared_remedy(value, first))
                return UNKNOWN
        types = {value.type for _, value in typed}
        if len(types) > 1:
            kind = "unknown" if "unknown" in types else "date" if "date" in types else "float"
        units = {value.unit for _, value in typed if not value.constant}
        return Value(kind, unit=units.pop() if len(units) == 1 else None)

    def _unit(self, name: str, children: Sequence[Tree], values: Sequence[Value]) -> str | None:
        if name in {"+", "-"} and len(values) == 2:
            self._same_unit(values[0], values[1], children[1], "adds" if name == "+" else "subtracts")
            same = values[0].unit == values[1].unit
            return values[0].unit if same else (values[0].unit or values[1].unit)
        if name in ARITHMETIC and len(values) == 2:
            # A factor written out scales an amount; any other makes something new of it.
            scaled = values[1].constant or (name == "*" and values[0].constant)
            return (values[0].unit or values[1].unit) if scaled else None
        return values[0].unit if name == "-" or FUNCTIONS[name].keeps_unit else None

    def _same_unit(self, one: Value, other: Value, node: Tree, does: str) -> None:
        if contradict(one.unit, other.unit):
            message = f"this {does} {one.unit} and {other.unit}"
            remedy = "an amount goes with amounts; mend the column, or the `unit:` of the variable"
            self.problems.append(Problem("SPC307", message, remedy, offset(self.text, node)))

    def _mistyped(self, node: Tree, value: Value, why: str, remedy: str) -> None:
        message = f"{what(node)} is {WORDS.get(value.type, 'nothing')}: {why}"
        if node["class"] == "COLUMN_REF":
            remedy = remedy.replace("`x", f"`{node['column_names'][0]}")
        self.problems.append(Problem("SPC305", message, remedy, offset(self.text, node)))


def _is_small(node: Tree) -> bool:
    """Tell whether DuckDB takes a node for a whole number of 32 bits."""
    if node["class"] == "CAST":
        return str(node["type_expr"]["type_name"]).upper() == "INTEGER"
    return node["class"] == "CONSTANT" and node["literal"]["kind"] in {"INTEGER", "NULL_LITERAL"}
