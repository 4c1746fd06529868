"""How many persons name a person: the children of a parent, by line numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.frames import membership
from runtime.sql import quoted

if TYPE_CHECKING:
    from runtime.operations.ids import Persons

_NAMED = ["group", "name"]


def named_items(rule: dict[str, Any]) -> list[str]:
    """Return what the table of rows holds for a count: whom a row names, and what its own person goes by."""
    if "named_by" not in rule:
        return []
    texts = [rule["own_name"], *rule["named_by"]]
    return [f"({text})::BIGINT AS {quoted(_item(rule, number))}" for number, text in enumerate(texts)]


def count_of(rule: dict[str, Any], rows: pl.DataFrame, persons: Persons, ids: pl.DataFrame) -> pl.Series:
    """Return, person by person, how many of the group name them; `ids` are those of persons, with groups."""
    group = ids[membership(rule["within"])].alias("group")
    names = [rows[_item(rule, number)].gather(persons.row) for number in range(1 + len(rule["named_by"]))]
    own = pl.DataFrame([group, names[0].alias("name")])
    named = [own.with_columns(each.alias("name")).with_row_index("person") for each in names[1:]]
    counts = pl.concat(named).unique().drop_nulls().group_by(_NAMED).len("count")
    found = own.join(counts, on=_NAMED, how="left", maintain_order="left")["count"]
    kind = pl.Int64 if rule["type"] == "BIGINT" else pl.Float64
    return found.fill_null(0).cast(kind).alias(rule["name"])


def _item(rule: dict[str, Any], number: int) -> str:
    return f"__named_{rule['name']}_{number}"
