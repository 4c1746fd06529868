"""Weights: their histogram, by half where the frame is cloned, and what calibration did to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import WEIGHT
from specc.clones import summaries
from specc.render.columns import percent
from specc.render.rotated import FAMILIES, FOLDS, family_rows, fold_rows
from specc.render.solver import SOLVER, solver_row, tells
from specc.render.staged import ACTIVATION, STAGES, band_rows, stage_rows
from specc.report.html import Html, section, table, tag
from specc.report.plots import bars

if TYPE_CHECKING:
    import numpy.typing as npt

    from specc.published import Published

    Floats = npt.NDArray[np.float64]

_RATIOS = {
    "ratio_min": "lowest",
    "ratio_p1": "1 %",
    "ratio_p50": "median",
    "ratio_p99": "99 %",
    "ratio_max": "highest",
}
_BINS = 24
_CLONES = ("clone", "calibration", "households", "active", "of the weight", "variables")


def weights(run: Published) -> Html:
    """Return the tables of every calibration and the histogram of the published weights."""
    reports = run.report["calibration"]
    head = (
        "calibration",
        "households",
        "effective sample size",
        "at the start",
        "sum",
        *_RATIOS.values(),
        "lost",
    )
    rows = [_row(name, report) for name, report in reports.items()]
    caption = "What calibration did to the weights; quantiles are of weight over start weight"
    shown = (
        table(head, rows, figures=head[1:], caption=caption) if rows else tag("p", "Nothing is calibrated.")
    )
    staged = [_stages(name, report) for name, report in reports.items() if report.get("stages")]
    more = [part for name, report in reports.items() for part in _more(name, report)]
    found = [solver_row(name, report) for name, report in reports.items() if tells(report)]
    how = [table(SOLVER, found, figures=SOLVER[3:4], caption="How weights were found")] if found else []
    return section("weights", "Weights", shown, *how, *staged, *more, *_clones(run), *_histogram(run))


def _clones(run: Published) -> list[Html]:
    """Return what calibrations made of the clones, one row each; nothing where nobody was copied."""
    found = [
        [clone, calibration, f"{solved['clone_households']:,}", f"{solved['active_households']:,}",
         percent(solved["clone_weight_share"]), f"{told['clone_variables']:,}"]
        for clone, told in summaries(run.folder, run.plan).items()
        for calibration, solved in told["calibrations"].items()
    ]  # fmt: skip
    caption = "Clones, by the flags of all members of a household, after calibration"
    return [table(_CLONES, found, figures=_CLONES[2:], caption=caption)] if found else []


def _more(name: str, report: dict[str, Any]) -> list[Html]:
    """Return what replicates and a rotation of a calibration say."""
    found = [
        table(ACTIVATION, band_rows(bands), figures=ACTIVATION, caption=f"{flag} of {name}, band by band")
        for flag, bands in report.get("activation", {}).items()
    ]
    if "replicates" in report:
        caption = f"Standard errors of the facts of {name}, as shares of their estimates"
        found.append(
            table(FAMILIES, family_rows(report["replicates"]), figures=FAMILIES[2:], caption=caption)
        )
    if "rotation" in report:
        caption = f"Facts of {name} held out in turn: mean absolute relative errors"
        found.append(table(FOLDS, fold_rows(report["rotation"]), figures=FOLDS[1:], caption=caption))
    return found


def _stages(name: str, report: dict[str, Any]) -> Html:
    caption = f"Stages of {name}: the objective is {report['objective']['objective'].replace('_', ' ')}"
    return table(STAGES, stage_rows(report), figures=STAGES[1:6], caption=caption)


def _row(name: str, report: dict[str, dict[str, float]]) -> list[object]:
    w = report["weights"]
    sizes = [w["effective_sample_size"], w["effective_sample_size_start"], report["weight_sum"]]
    ratios = [(f"{w[key]:.3g}", w[key]) for key in _RATIOS]
    figures = [(f"{size:,.0f}", size) for size in sizes]
    return [name, f"{report['records']:,}", *figures, *ratios, percent(w["tiny_share"])]


def _histogram(run: Published) -> list[Html]:
    """Return the histogram of the weights in the published table of households, if there is one."""
    path = next(iter(sorted(run.folder.glob("*/household.parquet"))), None)
    if path is None:
        return [tag("p", "No table of households is published, so there are no weights to draw.")]
    table_ = pl.read_parquet(path, glob=False)
    if WEIGHT not in table_.columns:
        return []
    flag = next(
        (name for name in table_.columns if name.startswith("household_is_") and "clone" in name), None
    )
    clones = table_[flag].to_numpy() if flag else np.zeros(table_.height, dtype=bool)
    return [drawn(table_[WEIGHT].to_numpy().astype(np.float64), clones)]


def drawn(found: Floats, clones: npt.NDArray[np.bool_]) -> Html:
    """Return the histogram of weights on a logarithmic scale, halves side by side; small ones share a bar."""
    low = max(float(np.quantile(found, 0.01)), 1e-3)
    edges = np.geomspace(low, max(float(found.max()), low * 2), _BINS + 1)
    halves = [found[~clones], found[clones]] if clones.any() else [found]
    counts = [np.histogram(np.maximum(half, low), edges)[0] for half in halves]
    groups = [(_label(edges[number]), [float(each[number]) for each in counts]) for number in range(_BINS)]
    series = ["originals", "clones"] if len(halves) == 2 else ["households"]
    said = f"Households by weight, from {_label(edges[0])} or less to {_label(edges[-1])}"
    legend = [tag("span", name, class_=f"legend s{number}") for number, name in enumerate(series)]
    return tag("figure", bars(groups, series, said), tag("figcaption", said, " ", *legend))


def _label(value: float) -> str:
    return (
        f"{value:,.0f}"
        if value >= 10 or value == 0
        else f"{value:.{max(0, 1 - math.floor(math.log10(value)))}f}"
    )
