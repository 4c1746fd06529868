"""What values must have in common where an expression puts them together: type, unit, known values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions.signatures import ARITHMETIC, FUNCTIONS, WANTED, Signature
from compiler.expressions.tree import offset
from compiler.expressions.values import NUMBERS, UNKNOWN, WORDS, Problem, Value, contradict
from compiler.expressions.wording import REMEDIES, TAKEN, compared_remedy, shown, what

if TYPE_CHECKING:
    from collections.abc import Sequence

    Tree = dict[str, Any]


class Agreement:
    """Collects where the values of one expression do not agree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def takes(
        self, name: str, signature: Signature, children: Sequence[Tree], values: Sequence[Value]
    ) -> bool:
        """Tell whether a function takes what it is given; say what is wrong with the first it does not."""
        for position, (child, value) in enumerate(zip(children, values, strict=True)):
            wanted = signature.arguments[min(position, len(signature.arguments) - 1)]
            fits = wanted == "any" or value.open or value.type in WANTED[wanted]
            if not fits or (wanted == "small" and not _is_small(child)):
                self.mistyped(child, value, f"`{shown(name)}` takes {TAKEN[wanted]}", REMEDIES[wanted])
                return False
        return True

    def uncomparable(self, one: tuple[Tree, Value], other: tuple[Tree, Value]) -> None:
        """Say that two values cannot be compared."""
        # A constant is what can be written otherwise.
        (node, value), (_, against) = (one, other) if one[1].constant else (other, one)
        message = f"it is compared with {WORDS[against.type]}"
        self.mistyped(node, value, message, compared_remedy(value, against))

    def are_comparable(self, one: Value, other: Value) -> bool:
        """Tell whether DuckDB compares two values as they are meant."""
        types = {one.type, other.type}
        if one.open or other.open or len(types) == 1 or types <= NUMBERS:
            return True
        return types == {"date", "str"} and (one if one.type == "str" else other).constant

    def known_value(self, node: Tree, value: Value, other: Tree) -> None:
        """Say where an enum is compared with a text that is none of its values."""
        is_text = other["class"] == "CONSTANT" and other["literal"]["kind"] == "STRING"
        if value.values is None or not is_text or other["literal"]["text"] in value.values:
            return
        message = f"`{other['literal']['text']}` is not a value of {what(node)}"
        remedy = "values: " + ", ".join(value.values[:12])
        self.problems.append(Problem("SPC206", message, remedy, offset(self.text, other)))

    def merged(self, branches: Sequence[tuple[Tree, Value]]) -> Value:
        """Return what is one of several values; say where they are of different kinds."""
        typed = [(node, value) for node, value in branches if value.type != "null"]
        if not typed:
            return Value("null", nullable=True)
        first, kind = typed[0][1], typed[0][1].type
        for node, value in typed[1:]:
            if not self.are_comparable(first, value):
                message = f"it stands beside {WORDS[first.type]}"
                self.mistyped(node, value, message, compared_remedy(value, first))
                return UNKNOWN
        types = {value.type for _, value in typed}
        if len(types) > 1:
            kind = "unknown" if "unknown" in types else "date" if "date" in types else "float"
        units = {value.unit for _, value in typed if not value.constant}
        return Value(kind, unit=units.pop() if len(units) == 1 else None)

    def unit(self, name: str, children: Sequence[Tree], values: Sequence[Value]) -> str | None:
        """Return the unit of what a function gives; say where two units are put together."""
        if name in {"+", "-"} and len(values) == 2:
            self.same_unit(values[0], values[1], children[1], "adds" if name == "+" else "subtracts")
            same = values[0].unit == values[1].unit
            return values[0].unit if same else (values[0].unit or values[1].unit)
        if name in ARITHMETIC and len(values) == 2:
            # A factor written out scales an amount; any other makes something new of it.
            scaled = values[1].constant or (name == "*" and values[0].constant)
            return (values[0].unit or values[1].unit) if scaled else None
        return values[0].unit if name == "-" or FUNCTIONS[name].keeps_unit else None

    def same_unit(self, one: Value, other: Value, node: Tree, does: str) -> None:
        """Say where two values of different units meet."""
        if contradict(one.unit, other.unit):
            message = f"this {does} {one.unit} and {other.unit}"
            remedy = "an amount goes with amounts; mend the column, or the `unit:` of the variable"
            self.problems.append(Problem("SPC307", message, remedy, offset(self.text, node)))

    def mistyped(self, node: Tree, value: Value, why: str, remedy: str) -> None:
        """Record that a value is not of the type that its place takes, and why."""
        message = f"{what(node)} is {WORDS.get(value.type, 'nothing')}: {why}"
        if node["class"] == "COLUMN_REF":
            remedy = remedy.replace("`x", f"`{node['column_names'][0]}")
        self.problems.append(Problem("SPC305", message, remedy, offset(self.text, node)))


def _is_small(node: Tree) -> bool:
    """Tell whether DuckDB takes a node for a whole number of 32 bits."""
    if node["class"] == "CAST":
        return str(node["type_expr"]["type_name"]).upper() == "INTEGER"
    return node["class"] == "CONSTANT" and node["literal"]["kind"] in {"INTEGER", "NULL_LITERAL"}
