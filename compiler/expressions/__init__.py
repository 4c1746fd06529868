"""SQL scalar expressions: parsed by DuckDB's own parser, checked against an allow-list, never executed here."""

from compiler.expressions.parse import ColumnUse, ExpressionError, Parsed, parse

__all__ = ["ColumnUse", "ExpressionError", "Parsed", "parse"]
