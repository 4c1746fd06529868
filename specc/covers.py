"""The coverage of tables of facts, counted by family, place, variable or target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.covering import SCHEMA, UNREACHABLE, shaped, told_of
from runtime.operations.fact_accounts import NOT_CHOSEN, NOT_OF_SOURCE, accounts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from compiler.plan import Plan

    Json = dict[str, Any]

# As they stand side by side; what a calibration calls otherwise comes behind them.
STATUSES = (
    "trained", "held out", "audited", "few carriers", UNREACHABLE, "left out", "outside", "duplicate",
    NOT_CHOSEN, NOT_OF_SOURCE,
)  # fmt: skip
GROUPS = {
    "family": ("target", "family"), "place": ("target", "geography", "place"),
    "variable": ("measure",), "target": ("target",),
}  # fmt: skip
_DECLARED = {"train": "trained", "holdout": "held out", "audit": "audited"}
_NOT_USED = ("few carriers", UNREACHABLE, "left out", "outside", "duplicate")


def declared(plan: Plan, tables: Mapping[str, Path]) -> pl.DataFrame:
    """Return the coverage that a plan declares, given the table of each target: nobody knows carriers yet."""
    lines = [pl.DataFrame(schema=SCHEMA)]
    for name, path in tables.items():
        found = accounts(plan.node(f"facts.{name}").parameters, path)
        status = pl.col("role").replace_strict(_DECLARED, default=None, return_dtype=pl.String)
        told = told_of(found.with_columns(status=status), plan.metadata["targets"][name])
        lines.append(shaped(told.with_columns(target=pl.lit(name))))
    return pl.concat(lines)


def statuses_in(coverage: pl.DataFrame) -> list[str]:
    """Return the statuses that some line has, in their order."""
    found = coverage["status"].unique().to_list()
    return [*(s for s in STATUSES if s in found), *sorted(set(found) - set(STATUSES))]


def counted(coverage: pl.DataFrame, by: str) -> list[Json]:
    """Return how many rows of each group have each status, and all of them; groups as the table has them."""
    keys = list(GROUPS[by])
    found = coverage.group_by([*keys, "status"], maintain_order=True).agg(pl.col("rows").sum())
    groups: dict[tuple[Any, ...], Json] = {}
    for *values, status, rows in found.iter_rows():
        group = groups.setdefault(tuple(values), {**dict(zip(keys, values, strict=True)), "rows": 0})
        group["rows"] += rows
        group[status] = group.get(status, 0) + rows
    return list(groups.values())


def totals(coverage: pl.DataFrame) -> Json:
    """Return how many rows have each status, and all of them."""
    sums = dict(coverage.group_by("status").agg(pl.col("rows").sum()).iter_rows())
    return {"rows": sum(sums.values())} | {status: sums[status] for status in statuses_in(coverage)}


def reasons(coverage: pl.DataFrame) -> list[Json]:
    """Return why facts are not used, most first, each with how many rows it is about and one of them."""
    keys = ["target", "status", "reason", "note"]
    gone = coverage.filter(pl.col("status").is_in(_NOT_USED)).with_columns(
        # The number of carriers differs from fact to fact; what is asked for does not.
        reason=pl.col("reason").str.replace(r"^\d+ of (\d+) households", "fewer than $1 households")
    )
    example = pl.coalesce("fact", "family").first().alias("example")
    found = gone.group_by(keys, maintain_order=True).agg(pl.col("rows").sum(), example)
    return found.sort("rows", descending=True, maintain_order=True).to_dicts()


def sources(coverage: pl.DataFrame) -> list[Json]:
    """Return where the facts of each target are from, and by what they were moved to the year."""
    factors = pl.col("aged").filter(pl.col("aged") != 1)
    about = ["target", "source", "title", "licence", "period"]
    aged = [factors.min().alias("aged_from"), factors.max().alias("aged_to")]
    moved = pl.col("reconciled")
    aged += [moved.min().alias("reconciled_from"), moved.max().alias("reconciled_to")]
    return coverage.group_by(about, maintain_order=True).agg(aged).to_dicts()
