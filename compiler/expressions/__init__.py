"""SQL scalar expressions: parsed by DuckDB's own parser, checked, typed, never executed here."""

from compiler.expressions.errors import ExpressionError
from compiler.expressions.infer import infer
from compiler.expressions.parse import ColumnUse, Parsed, parse, without_persons
from compiler.expressions.tree import parse_ahead
from compiler.expressions.values import UNKNOWN, Problem, Typed, Value

__all__ = [
    "UNKNOWN", "ColumnUse", "ExpressionError", "Parsed", "Problem", "Typed", "Value", "infer", "parse",
    "parse_ahead", "without_persons",
]  # fmt: skip
