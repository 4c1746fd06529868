"""SQL scalar expressions: parsed by DuckDB's own parser, checked against a list, never executed here."""

from compiler.expressions.errors import ExpressionError
from compiler.expressions.parse import ColumnUse, Parsed, parse
from compiler.expressions.tree import parse_ahead

__all__ = ["ColumnUse", "ExpressionError", "Parsed", "parse", "parse_ahead"]
