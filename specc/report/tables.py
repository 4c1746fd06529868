"""What the page's script makes tables of: the facts of calibrations, and the numbers of variables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from specc.render.carried import carried_rows
from specc.render.columns import percent
from specc.report.html import Html, data, section, table, tag
from specc.report.plots import bars

if TYPE_CHECKING:
    from specc.published import Published

_FACT = ("name", "status", "value", "raw_estimate", "estimate", "raw_error", "error", "carriers")
_NUMBER = ("node", "half", "rows", "nulls", "weighted_total", "p10", "p50", "p90", "maximum")
_SIDES = ("raw", "calibrated")
_BOUNDS = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_GROUPS = {"train": "trained", "holdout": "holdout", "audit": "audit", "few carriers": "few carriers"}


def facts(run: Published) -> Html:
    """Return how well facts are met, by group and one by one."""
    rows = [
        [name, *(_finite(row[key]) for key in _FACT)]
        for name, ledger in run.facts.items()
        for row in ledger.iter_rows(named=True)
    ]
    head = ["calibration", "fact", "used as", "value", "raw", "calibrated", "raw error", "error", "carriers"]
    search = _filter("facts", "Filter facts", "words in the name")
    parts = [_fit(run), *_carried(run), *_errors(run), search, _states(), _empty("facts-table")]
    return section(
        "facts", "Facts", *parts, data("facts-data", {"head": head, "rows": rows, "used": _GROUPS})
    )


def _carried(run: Published) -> list[Html]:
    """Return how many facts have too few carriers, by the originals alone and with clones."""
    return [
        table(("carried by", "facts"), carried_rows(report["carriers"]), figures=("facts",),
              caption=f"Facts of {name} with fewer than {report['minimum_carriers']} carriers")
        for name, report in run.report["calibration"].items()
        if "carriers" in report
    ]  # fmt: skip


def _errors(run: Published) -> list[Html]:
    """Return the trained facts by how far they are missed, with raw and with calibrated weights."""
    return [_error(name, ledger.filter(pl.col("status") == "train")) for name, ledger in run.facts.items()]


def _error(name: str, trained: pl.DataFrame) -> Html:
    sides = [trained[column].drop_nulls().abs().to_numpy() for column in ("raw_error", "error")]
    counts = [np.histogram(side, [*_BOUNDS, np.inf])[0] for side in sides]
    groups = [(label, [float(count[at]) for count in counts]) for at, label in enumerate(_labels())]
    title = f"Trained facts of {name} by relative error"
    legend = [tag("span", word, class_=f"legend s{at}") for at, word in enumerate(_SIDES)]
    return tag("figure", bars(groups, _SIDES, title), tag("figcaption", title, " ", *legend))


def _labels() -> list[str]:
    words = [f"{bound * 100:g} %" for bound in _BOUNDS]
    return [*(f"< {word}" for word in words[1:]), f"{words[-1]} on"]


def variables(run: Published) -> Html:
    """Return the exported and intermediate variables; a press on one shows its life."""
    rows = [
        [row["variable"], row["entity"], *(_finite(row[key]) for key in _NUMBER)]
        for row in run.numbers.iter_rows(named=True)
    ]
    intro = tag(
        "p", "Numbers after each step, totals with the weight that stands then. Quantiles are of rows."
    )
    parts = [intro, _filter("variables", "Filter variables", "part of the name"), _empty("variables-table")]
    return section("variables", "Variables", *parts, data("variables-data", {"rows": rows}))


def _fit(run: Published) -> Html:
    head = (
        "facts",
        "weights",
        "number",
        "within 1 %",
        "within 5 %",
        "within 10 %",
        "mean error",
        "median error",
    )
    rows = [
        [f"{_GROUPS[group]} ({name})", weights, f"{report['facts'][group]:,}", *_measures(fit[weights])]
        for name, report in run.report["calibration"].items()
        for group, fit in sorted(report["fit"].items(), key=lambda item: list(_GROUPS).index(item[0]))
        for weights in ("raw", "calibrated")
    ]
    return table(head, rows, figures=head[2:], caption="How well facts are met")


def _measures(fit: dict[str, float | None]) -> list[object]:
    names = ("within_1", "within_5", "within_10", "mean_error", "median_error")
    return [(percent(fit[name]), fit[name]) for name in names]


def _filter(name: str, label: str, hint: str) -> Html:
    field = tag("input", type="search", id=f"{name}-filter", placeholder=hint, autocomplete="off")
    number = tag("output", "", id=f"{name}-count", for_=f"{name}-filter")
    return tag("p", tag("label", label, " ", field), " ", number, class_="filter")


def _states() -> Html:
    boxes = [
        tag("label", tag("input", type="checkbox", value=state, checked="checked"), " ", words)
        for state, words in _GROUPS.items()
    ]
    return tag("fieldset", tag("legend", "used as"), *boxes, id="facts-states")


def _empty(name: str) -> Html:
    return tag(
        "div", id=name, class_="wide tall", tabindex="0", role="region", aria_label=name.replace("-", " ")
    )


def _finite(value: Any) -> Any:  # noqa: ANN401 - a cell
    return None if isinstance(value, float) and not math.isfinite(value) else value
