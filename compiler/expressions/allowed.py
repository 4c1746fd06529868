"""What an expression may contain. All else is refused: no subquery, no table function, no file."""

SCALAR_FUNCTIONS = frozenset({
    "+", "-", "*", "/", "//", "%", "||",
    "abs", "ceil", "floor", "round", "sign", "greatest", "least", "ln", "exp", "sqrt", "nullif",
    "lower", "upper", "trim", "lpad", "substr", "substring", "concat", "length", "replace",
    "~~", "!~~", "like_escape", "starts_with", "contains", "split_part",
})  # fmt: skip
AGGREGATES = frozenset({"sum", "count", "count_star", "min", "max", "avg", "bool_or", "bool_and"})
OPERATORS = frozenset({
    "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE", "OPERATOR_NULLIF",
    "COMPARE_IN", "COMPARE_NOT_IN",
})  # fmt: skip
TYPES = frozenset({"BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "VARCHAR"})
# Groups whose members an expression may aggregate: `sum(age) over tax_unit`.
WINDOWS = ("household", "family", "tax_unit", "spm_unit", "marital_unit")
# Over rows of which a person has several, also those of one person.
PERSON = "person"
