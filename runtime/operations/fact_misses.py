"""What a row says of its own precision: a relative tolerance, or a standard error in the value's unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.fact_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLERANCE, STANDARD_ERROR = "tolerance", "standard_error"
PRECISION = (TOLERANCE, STANDARD_ERROR)


def said(parameters: Mapping[str, Any]) -> list[str]:
    """Return which of the two a target has a column or an expression for."""
    return [name for name in PRECISION if parameters.get(name) is not None]


def precision_items(parameters: Mapping[str, Any]) -> list[str]:
    """Return the select list of a row's precision."""
    return [f"({parameters[name]})::DOUBLE AS __{name}" for name in said(parameters)]


def precisions(parameters: Mapping[str, Any], factor: pl.Expr) -> list[pl.Expr]:
    """Return the precision of facts whose values are multiplied by `factor`: a standard error is as well."""
    factors = {TOLERANCE: pl.lit(1.0), STANDARD_ERROR: factor}
    return [(pl.col(f"__{name}") * factors[name]).alias(name) for name in said(parameters)]


def added_up(columns: list[str]) -> list[pl.Expr]:
    """Return the precision of a sum of independent rows: standard errors add up in squares."""
    shared = (pl.col(TOLERANCE) * pl.col("value")).pow(2).sum().sqrt() / pl.col("value").sum().abs()
    both = {TOLERANCE: shared, STANDARD_ERROR: pl.col(STANDARD_ERROR).pow(2).sum().sqrt()}
    return [both[name].alias(name) for name in PRECISION if name in columns]


def check_precision(facts: pl.DataFrame) -> None:
    """Check that every fact whose table says how precise it is has a precision.

    Raises:
        NodeFailed: one is missing, not finite, zero or negative; a tolerance is no share.
    """
    for name, words in ((TOLERANCE, "tolerance"), (STANDARD_ERROR, "standard error")):
        if name not in facts.columns:
            continue
        known = pl.col(name).is_finite() & (pl.col(name) > 0)
        wrong = facts.filter(~known.fill_null(value=False))
        if wrong.height:
            found = "no" if wrong[name][0] is None else f"{wrong[name][0]:g} as its"
            message = f"a fact has {found} {words}: {rows_of(wrong)}"
            raise NodeFailed(message, remedy="leave the row out, or say what it is there: coalesce(..., ...)")
    large = facts.filter(pl.col(TOLERANCE) >= 1) if TOLERANCE in facts.columns else facts.clear()
    if large.height:
        message = f"a fact has {large[TOLERANCE][0]:g} as its tolerance, which is no share: {rows_of(large)}"
        raise NodeFailed(message, remedy="write a share, as in `tolerance: percent / 100`")
