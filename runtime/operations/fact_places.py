"""Places of facts: what a table calls them becomes the code of the frame; what is no place is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.fact_rows import ROW, rows_of
from runtime.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

NATION = "nation"
_WHOLE_NUMBERS = "'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'"


def place_items(rule: Mapping[str, Any] | None) -> list[str]:
    """Return the select list of a row's place; codes that were read as numbers get their zeros back."""
    if rule is None:
        return ["NULL::VARCHAR AS __place"]
    column, digits = f"({rule['column']})", rule["digits"]
    if digits is None:
        return [f"{column}::VARCHAR AS __place"]
    is_number = f"typeof({column}) IN ({_WHOLE_NUMBERS})"
    return [f"CASE WHEN {is_number} THEN {padded(column, digits)} ELSE {column}::VARCHAR END AS __place"]


def padded(column: str, digits: int) -> str:
    """Return the SQL of a code with its leading zeros; one that is too long stays as it is."""
    text = f"({column})::VARCHAR"
    return f"lpad({text}, greatest(length({text}), {digits})::INTEGER, '0')"


def place_of_record(rule: Mapping[str, Any]) -> str:
    """Return the SQL of a record's place, as facts code it."""
    code = padded(quoted(rule["variable"]), rule["digits"])
    if not rule["aliases"]:
        return code
    other = " ".join(f"WHEN '{alias}' THEN '{same}'" for alias, same in rule["aliases"].items())
    return f"CASE {code} {other} ELSE {code} END"


def with_places(rule: Mapping[str, Any] | None, facts: pl.DataFrame) -> pl.DataFrame:
    """Return the facts with `geography`, their level, and `place`, their code; a nation has none.

    Raises:
        NodeFailed: a row says nothing of its place, or names one that does not exist.
    """
    if rule is None:
        nowhere = pl.lit(None, dtype=pl.String).alias("place")
        return facts.with_columns(pl.lit(NATION).alias("geography"), nowhere).drop("__place")
    codes = {label: _code(rule, label) for label in facts["__place"].unique()}
    nowhere_at_all = [label for label, code in codes.items() if code is None]
    if nowhere_at_all:
        unknown = facts.filter(pl.col("__place").is_in(nowhere_at_all, nulls_equal=True))
        raise _refused(rule, unknown.sort(ROW))
    place = pl.col("__place").replace_strict(codes, return_dtype=pl.String)
    return facts.with_columns(pl.lit(rule["level"]).alias("geography"), place.alias("place")).drop("__place")


def _code(rule: Mapping[str, Any], label: str | None) -> str | None:
    found = None if label is None else re.fullmatch(rule["form"], label)
    if found is None:
        return None
    code: str | None = found[1] if rule["codes"] is None else rule["codes"].get(found[1])
    return code


def _refused(rule: Mapping[str, Any], unknown: pl.DataFrame) -> NodeFailed:
    label = unknown["__place"][0]
    rows = rows_of(unknown.filter(pl.col("__place").eq_missing(label)))
    if label is None:
        message = f"a row names no {rule['level']}: {rows}"
        return NodeFailed(message, remedy="leave it out with a reason, or mend `geography:`")
    return NodeFailed(
        f"the table says `{label}` for the {rule['level']} ({rows}): there is none coded {rule['coded']} so",
        remedy="leave it out with a reason, or mend `coded:` of `geography:`",
    )
