"""Facts of places scaled to what they add up to, or the other way round: nation, states, districts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.fact_misses import STANDARD_ERROR
from runtime.operations.fact_sums import totals_of
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runtime.task import Task

PUBLISHED = "published"


def reconciled(task: Task, facts: pl.DataFrame) -> pl.DataFrame:
    """Return facts that add up to those of another target, or that those add up to; note how each moved.

    Each family has one factor in each place that both sides know: with it, totals agree, and shares of bands
    and categories stay. What a fact was before stands beside it as `published`.

    Raises:
        NodeFailed: a fact would change by more than is declared, or nothing can be scaled.
    """
    rule = task.parameters.get("reconcile")
    if rule is None:
        return facts
    other = stored(task.artifact("agreed").path("facts.parquet"))
    found = list(_factors(rule, facts, other))
    schema = {"measure": pl.String, "carriers_only": pl.Boolean, "__key": pl.String, "__factor": pl.Float64}
    factors = pl.DataFrame(found, schema=schema, orient="row")
    task.notes["reconciled"] = {
        f"{family}{'.returns' * returns}": {place or "nation": factor for f, r, place, factor in found
                                            if (f, r) == (family, returns)}
        for family, returns, *_ in found
    }  # fmt: skip
    keyed = facts.with_columns(_key(rule["digits"]).alias("__key"))
    moved = keyed.join(factors, on=["measure", "carriers_only", "__key"], how="left", maintain_order="left")
    factor = pl.col("__factor").fill_null(1.0)
    scaled = [(pl.col(n) * factor).alias(n) for n in ("value", STANDARD_ERROR) if n in facts.columns]
    return moved.with_columns(pl.col("value").alias(PUBLISHED), *scaled).drop("__key", "__factor")


def _key(digits: int) -> pl.Expr:
    """Return the place that both sides know: the first digits of a code; of the nation there are none."""
    return pl.col("place").fill_null("").str.slice(0, digits)


def _factors(
    rule: Mapping[str, Any], facts: pl.DataFrame, other: pl.DataFrame
) -> Iterator[tuple[str, bool, str, float]]:
    for family, counterpart in rule["families"].items():
        for returns in (False, True):
            ours, theirs = (
                _sums(totals_of(table, name, carriers_only=returns), rule["digits"])
                for table, name in ((facts, family), (other, counterpart))
            )
            if returns and not theirs:
                continue  # only amounts have a counterpart: what counts them stays as it is
            for place, value in ours.items():
                yield family, returns, place, _factor(rule, family, place, value, theirs.get(place))


def _sums(totals: pl.DataFrame, digits: int) -> dict[str, float]:
    sums = totals.group_by(_key(digits).alias("__key"), maintain_order=True).agg(pl.col("value").sum())
    return dict(sums.iter_rows())


def _factor(rule: Mapping[str, Any], family: str, place: str, ours: float, theirs: float | None) -> float:
    where = f"of {place} " if place else ""
    if theirs is None:
        raise NodeFailed(
            f"`{family}` {where}has nothing to agree with: `{rule['to']}` says nothing of it",
            remedy="leave its rows out with a reason, or reconcile with a target that has them",
        )
    if ours == theirs:
        return 1.0
    if ours == 0 or ours * theirs <= 0:
        raise NodeFailed(
            f"`{family}` {where}comes to {ours:,.15g}, `{rule['to']}` says {theirs:,.15g}: no factor helps",
            remedy="look for another unit or sign, or leave one of the two out",
        )
    change = theirs / ours - 1
    if abs(change) > rule["at_most"]:
        raise NodeFailed(
            f"`{family}` {where}would change by {change:+.2%}, {rule['at_most']:.2%} is allowed: "
            f"it comes to {ours:,.15g}, `{rule['to']}` says {theirs:,.15g}",
            remedy="look for missing places, another unit or another year, or allow more with `at_most:`",
        )
    return theirs / ours
