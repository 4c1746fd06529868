"""What is known of a value before anything is computed: its type, its unit, whether it can be missing."""

from __future__ import annotations

from typing import NamedTuple

# What DuckDB calls the types of a file; anything else (lists, times of day) is of no known type.
_INTEGERS = frozenset(
    prefix + name for prefix in ("", "U") for name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_OTHERS = {"DOUBLE": "float", "FLOAT": "float", "BOOLEAN": "bool", "VARCHAR": "str", "DATE": "date"}
NUMBERS = frozenset({"int", "float"})
WORDS = {
    "int": "a whole number", "float": "a number", "bool": "a truth value", "str": "text",
    "date": "a date",
}  # fmt: skip
COUNT = "count"


class Value(NamedTuple):
    """A value of an expression.

    `type` is int, float, bool, str, date, null (the literal) or unknown. `unit` is None where it is not
    known for certain. `values` are those of an enum. `constant` says that no column is read.
    """

    type: str
    nullable: bool = False
    unit: str | None = None
    values: tuple[str, ...] | None = None
    constant: bool = False

    @property
    def open(self) -> bool:
        """Whether nothing can be said against its type."""
        return self.type in {"unknown", "null"}


UNKNOWN = Value("unknown")


class Problem(NamedTuple):
    """Something wrong inside an expression; `offset` counts characters into its text."""

    code: str
    message: str
    remedy: str
    offset: int


class Typed(NamedTuple):
    """An expression with what it gives and what is wrong with it; string constants it may give by offset."""

    value: Value
    problems: tuple[Problem, ...] = ()
    constants: tuple[tuple[str, int], ...] = ()


def type_of_sql(name: str) -> str:
    """Return our type for a SQL type as a lock holds it."""
    plain = name.partition("(")[0]
    if plain in _INTEGERS:
        return "int"
    if plain == "DECIMAL":
        return "float"
    return "str" if plain == "ENUM" else _OTHERS.get(plain, "unknown")


def is_money(unit: str) -> bool:
    """Tell whether a unit is one of money."""
    return unit.startswith("currency-")


def contradict(one: str | None, other: str | None) -> bool:
    """Tell whether two units are certainly different, one of them being money.

    Other units go by several names in the engine (`day` and `days`), so nothing is said of those.
    """
    if one is None or other is None or one == other:
        return False
    return is_money(one) or is_money(other)
