"""Replicates and rotations of a calibration as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import count, percent, table

if TYPE_CHECKING:
    from specc.results import Json

FOLDS = (
    "held out",
    "facts",
    "raw error",
    "held out error",
    "trained error",
    "within 10 %",
    "raw within 10 %",
)
FAMILIES = ("family", "role", "facts", "median standard error", "largest")


def replicates_lines(report: Json) -> list[str]:
    """Return what replicates say of the facts, nothing where there are none."""
    said = report.get("replicates")
    if said is None:
        return []
    about = (
        f"{count(said['replicates'], 'replicate')} ({said['scheme']}), {said['degrees']:,} degrees of freedom"
    )
    nobody = said["facts_nobody_carried"]
    carried = f"; {count(nobody, 'fact')} left out of some, where nobody carries them" if nobody else ""
    return ["", about + carried, *table(FAMILIES, family_rows(said), FAMILIES[2:])]


def family_rows(said: Json) -> list[list[str]]:
    """Return a row a family: standard errors as shares of the estimates."""
    return [
        [
            f"{row['target']}.{row['family']}", row["role"], f"{row['facts']:,}",
            percent(row["median"], 2), percent(row["largest"], 2),
        ]
        for row in said["families"]
    ]  # fmt: skip


def rotation_lines(report: Json) -> list[str]:
    """Return the folds of a rotation with their mean and spread, nothing where there is none."""
    said = report.get("rotation")
    return [] if said is None else ["", *table(FOLDS, fold_rows(said), FOLDS[1:])]


def fold_rows(said: Json) -> list[list[str]]:
    """Return a row a fold, and behind them the mean over folds and their standard deviation."""
    kinds = (("raw", "mean_error"), ("held_out", "mean_error"), ("trained", "mean_error"),
             ("held_out", "within_10"), ("raw", "within_10"))  # fmt: skip
    rows = [
        [row["fold"], f"{row['facts']:,}", *(percent(row[kind][measure]) for kind, measure in kinds)]
        for row in said["folds"]
    ]
    spread = said["spread"]
    for name, figure in (("mean", "mean"), ("standard deviation", "deviation")):
        found = [spread[measure].get(kind, {}).get(figure) for kind, measure in kinds]
        rows.append([name, "", *map(percent, found)])
    return rows
