"""Facts of places against those of the nation: what they add up to, and whether that is near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.tables import stored

if TYPE_CHECKING:
    from runtime.task import Task

_INFINITY = float("inf")


def check_adding_up(task: Task, facts: pl.DataFrame) -> None:
    """Compare each family with its national counterpart; note the figures.

    Raises:
        NodeFailed: a difference is larger than declared, and it is not only to be reported.
    """
    rule = task.parameters["adds_up_to"]
    if rule is None:
        return
    whole = stored(task.artifact("whole").path("facts.parquet"))
    found: dict[str, Any] = {}
    for family, counterpart in rule["families"].items():
        parts, total = _total(facts, family), _total(whole, counterpart)
        difference = abs(parts - total) / abs(total) if total else abs(parts)
        found[family] = {"sum": parts, "nation": total, "difference": difference}
        if difference > rule["within"] and not rule["report"]:
            raise NodeFailed(
                f"`{family}` adds up to {parts:,.15g} over its places, `{rule['target']}.{counterpart}` says "
                f"{total:,.15g}: they differ by {difference:.2%}, {rule['within']:.2%} is allowed",
                remedy="look for missing places, another unit or another year; or write `report: true`",
            )
    task.notes["adds_up_to"] = found


def _total(facts: pl.DataFrame, family: str) -> float:
    """Return what the facts of a family come to: totals where there are any, otherwise all their parts."""
    return float(totals_of(facts, family)["value"].sum())


def totals_of(facts: pl.DataFrame, family: str, *, carriers_only: bool = False) -> pl.DataFrame:
    """Return the facts that a family adds up from: totals where there are any, otherwise all their parts.

    With `carriers_only` they count units with an amount.
    """
    rows = facts.filter((pl.col("measure") == family) & (pl.col("carriers_only") == carriers_only))
    for name in [name for name in facts.columns if name.startswith("codes.")]:
        rows = _only_if_any(rows, pl.col(name).is_null())
    is_total = (pl.col("lower") == -_INFINITY) & (pl.col("upper") == _INFINITY)
    return _only_if_any(rows, pl.col("lower").is_null() | is_total)


def _only_if_any(rows: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    chosen = rows.filter(condition)
    return chosen if chosen.height else rows
