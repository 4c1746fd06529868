"""The stages of a calibration as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import percent, table

if TYPE_CHECKING:
    from specc.results import Json

STAGES = ("stage", "joined", "trained", "objective before", "after", "with weight", "accepted", "because")


def stage_rows(report: Json) -> list[list[str]]:
    """Return a row a stage: who joined, the objective before and after, whether it was accepted and why."""
    return [_row(each) for each in report.get("stages", ())]


def stages_lines(report: Json) -> list[str]:
    """Return the table of the stages of a calibration, nothing where it has none."""
    rows = stage_rows(report)
    return ["", *table(STAGES, rows, STAGES[1:6])] if rows else []


ACTIVATION = ("from", "below", "households", "active", "weight", "share of the band", "at the start")


def activation_lines(report: Json) -> list[str]:
    """Return the bands of each flag with what became of its households, nothing where none are declared."""
    found: list[str] = []
    for flag, bands in report.get("activation", {}).items():
        found += ["", f"{flag}, band by band", *table(ACTIVATION, band_rows(bands), ACTIVATION)]
    return found


def band_rows(bands: list[Json]) -> list[list[str]]:
    """Return a row a band."""
    return [
        [
            _end(row["from"]), _end(row["below"]), f"{row['households']:,}", f"{row['active_households']:,}",
            f"{row['weight']:,.0f}", percent(row["share"]), percent(row["start_share"]),
        ]
        for row in bands
    ]  # fmt: skip


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:,.15g}"


def _row(stage: Json) -> list[str]:
    figures = [_figure(stage.get(name)) for name in ("objective_before", "objective_after")]
    accepted = "yes" if stage["accepted"] else "NO"
    counts = [f"{stage[name]:,}" for name in ("joined", "trained")]
    return [stage["stage"], *counts, *figures, percent(stage.get("support")), accepted, stage["because"]]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
