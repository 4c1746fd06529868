"""Metrics as a bake-off reports them: one number a cell to compare by, and what it is made of."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Rows

LEVELS = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
PROBABILITIES = np.array([0.10, 0.25, 0.50, 0.75, 0.90, 0.99])
TOPS = np.array([0.01, 0.10])


@dataclass(frozen=True, slots=True)
class Scored:
    """What there is to score; m records that were held out, n donors that taught.

    Attributes:
        names: of the t targets.
        truth: (m, t).
        drawn: (draws, m, t).
        weights: (m,), positive.
        known: (m, p) predictors; NaN is missing.
        known_names: of the predictors.
        units: (m,) the unit that no fold splits.
        taught: (n, p + t) predictors and targets of the donors that taught.
        taught_weights: (n,).
        settings: `rare_cells` and `prdc` of the bake-off.
        random: gives the random numbers of a name.
    """

    names: tuple[str, ...]
    truth: Floats
    drawn: Floats
    weights: Floats
    known: Floats
    known_names: tuple[str, ...]
    units: Rows
    taught: Floats
    taught_weights: Floats
    settings: Mapping[str, Any]
    random: Callable[[str], Generator]

    @property
    def scale(self) -> Floats:
        """(t,) mean absolute deviation of the truth: what amounts in a target's unit are divided by."""
        return metrics.mean_absolute_deviation(self.truth, self.weights)


@dataclass(frozen=True, slots=True)
class Score:
    """A metric in one cell.

    Attributes:
        summary: the number that methods are compared by; None where it is not defined on these records.
        values: what it is made of: rows with `target` (or cell), `part` and `value`.
        about: what a reader must know of how it was computed, such as sample sizes.
    """

    summary: float | None
    values: tuple[dict[str, Any], ...] = ()
    about: tuple[tuple[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the score as plain JSON."""
        return {"summary": _plain(self.summary), "values": list(self.values), "about": dict(self.about)}


@dataclass(frozen=True, slots=True)
class Metric:
    """How a metric is computed, what its summary is in words, and whether more of it is better."""

    compute: Callable[[Scored], Score]
    summary: str
    more_is_better: bool = False


def scores(scored: Scored, names: Sequence[str]) -> dict[str, Any]:
    """Return the scores that are asked for, as plain JSON."""
    known = known_metrics()
    return {name: known[name].compute(scored).as_json() for name in names}


def _crps(it: Scored) -> Score:
    return _scaled(it, {"": metrics.crps(it.truth, it.drawn, it.weights)})


def _pinball(it: Scored) -> Score:
    losses = metrics.pinball(it.truth, it.drawn, it.weights, LEVELS)
    return _scaled(it, {f"p{level * 100:02.0f}": row for level, row in zip(LEVELS, losses, strict=True)})


def _wasserstein(it: Scored) -> Score:
    return _scaled(it, {"": metrics.wasserstein(it.truth, it.drawn, it.weights)})


def _quantile_errors(it: Scored) -> Score:
    errors = metrics.quantile_errors(it.truth, it.drawn, it.weights, PROBABILITIES)
    return _scaled(it, {f"p{p * 100:02.0f}": row for p, row in zip(PROBABILITIES, errors, strict=True)})


def _zero_shares(it: Scored) -> Score:
    found = metrics.zero_shares(it.truth, it.drawn, it.weights)
    parts = {"true": found.truth, "drawn": found.imputed, "error": found.error}
    return Score(_mean_size(found.error), _rows(it.names, parts))


def _total_errors(it: Scored) -> Score:
    true, drawn = it.weights @ it.truth, it.weights @ it.drawn.mean(axis=0)
    errors = np.full(len(true), np.nan)
    there = np.flatnonzero(true != 0)
    if len(there):
        errors[there] = metrics.total_errors(it.truth[:, there], it.drawn[:, :, there], it.weights)
    return Score(_mean_size(errors), _rows(it.names, {"true": true, "drawn": drawn, "error": errors}))


def _tail_shares(it: Scored) -> Score:
    true = metrics.tail_shares(it.truth, it.weights, TOPS)
    drawn = np.mean([metrics.tail_shares(draw, it.weights, TOPS) for draw in it.drawn], axis=0)
    parts: dict[str, Floats] = {}
    for top, was, now in zip(TOPS, true, drawn, strict=True):
        label = f"top {top * 100:g} %"
        parts |= {f"{label} true": was, f"{label} drawn": now}
    return Score(_mean_size(drawn - true), _rows(it.names, parts))


def _ks(it: Scored) -> Score:
    gaps = metrics.kolmogorov_smirnov(it.truth, it.drawn, it.weights)
    return Score(_mean_size(gaps), _rows(it.names, {"": gaps}))


def _rank_correlation_error(it: Scored) -> Score:
    if len(it.names) < 2:
        return Score(None)
    return Score(metrics.rank_correlation_error(it.truth, it.drawn, it.weights))


def _mutual_information_error(it: Scored) -> Score:
    return Score(metrics.mutual_information_error(it.truth, it.drawn, it.weights, it.known))


def _prdc(it: Scored) -> Score:
    space = metrics.standard_space(it.taught, it.taught_weights)
    return _compared(it, space.place)


def _prdc_embedded(it: Scored) -> Score:
    space = metrics.embedding(it.taught, it.taught_weights)
    return _compared(it, space.place, dimensions=space.axes.shape[1])


def _compared(it: Scored, place: Callable[[Floats], Floats], **about: int) -> Score:
    """Compare records of one half as drawn with the other half as it is.

    The halves are of whole units, and neither taught: a record is not compared with itself, whose predictors
    it has, nor a copied donor with the donor. `attainable` is what the truth of the first half reaches.
    """
    # By a name of their own, so that both spaces compare the same halves.
    rng = it.random("halves")
    _, unit = np.unique(it.units, return_inverse=True)
    is_first = (rng.permutation(int(unit.max()) + 1) % 2 == 0)[unit]
    ceiling, neighbours = it.settings["prdc"]["records"], it.settings["prdc"]["neighbours"]
    first, second = (_some(np.flatnonzero(half), ceiling, rng) for half in (is_first, ~is_first))
    sizes = {
        "ceiling": ceiling,
        "neighbours": neighbours,
        "drawn_records": len(first),
        "true_records": len(second),
    }
    if min(len(first), len(second)) <= neighbours:
        return Score(None, (), tuple({**sizes, **about}.items()))
    real = place(np.column_stack([it.known[second], it.truth[second]]))
    rows = []
    for label, targets in (("", it.drawn[0]), ("attainable ", it.truth)):
        fake = place(np.column_stack([it.known[first], targets[first]]))
        found = metrics.prdc(real, fake, it.weights[second], it.weights[first], neighbours)
        rows += [
            {"target": None, "part": label + part, "value": value} for part, value in asdict(found).items()
        ]
    coverage = next(row["value"] for row in rows if row["part"] == "coverage")
    return Score(coverage, tuple(rows), tuple({**sizes, **about}.items()))


def _some(rows: Rows, ceiling: int, rng: Generator) -> Rows:
    if len(rows) <= ceiling:
        return rows
    chosen: Rows = np.sort(rng.choice(rows, size=ceiling, replace=False))
    return chosen


def _rare_cells(it: Scored) -> Score:
    rows, misses = [], []
    for name, ranges in it.settings["rare_cells"].items():
        true, drawn = _in_cell(it, ranges)
        cell = asdict(metrics.rare_cell(true, drawn, it.weights))
        rows += [{"target": name, "part": part, "value": value} for part, value in cell.items()]
        misses += [] if cell["ratio"] is None else [cell["ratio"] - 1]
    return Score(_mean_size(np.array(misses, dtype=np.float64)), tuple(rows))


def _in_cell(it: Scored, ranges: Mapping[str, Mapping[str, float]]) -> tuple[Any, Any]:
    true, drawn = np.ones(len(it.truth), dtype=bool), np.ones(it.drawn.shape[:2], dtype=bool)
    for name, bounds in ranges.items():
        if name in it.names:
            at = it.names.index(name)
            was, now = it.truth[:, at], it.drawn[:, :, at]
        else:
            was = it.known[:, it.known_names.index(name)]
            now = was[None]
        limits = dict(bounds)
        if "top" in limits:
            limits["at_least"] = max(
                _top(was, it.weights, limits.pop("top")), limits.get("at_least", -math.inf)
            )
        true, drawn = true & _within(was, limits), drawn & _within(now, limits)
    return true, drawn


def _top(values: Floats, weights: Floats, share: float) -> float:
    there = ~np.isnan(values)
    if not there.any():
        return math.inf
    return float(
        metrics.weighted_quantiles(values[there][:, None], weights[there], np.array([1 - share]))[0, 0]
    )


def _within(values: Floats, limits: Mapping[str, float]) -> Any:  # noqa: ANN401 - flags of any shape
    """Return which values lie within all bounds; a missing one lies within none."""
    compare = {"at_least": np.greater_equal, "above": np.greater, "at_most": np.less_equal, "below": np.less}
    return np.logical_and.reduce([compare[bound](values, limit) for bound, limit in limits.items()])


def known_metrics() -> Mapping[str, Metric]:
    """Return every metric by the name that a bundle gives it."""
    by_scale = "mean over targets, in mean absolute deviations of the target"
    return {
        "crps": Metric(_crps, by_scale),
        "pinball": Metric(_pinball, f"{by_scale}, and over levels"),
        "zero_shares": Metric(_zero_shares, "mean over targets of |drawn - true share|"),
        "total_errors": Metric(_total_errors, "mean over targets of |drawn - true| / |true|"),
        "tail_shares": Metric(_tail_shares, "mean over targets and tops of |drawn - true share|"),
        "quantile_errors": Metric(_quantile_errors, f"{by_scale}, and over quantiles, of |drawn - true|"),
        "wasserstein": Metric(_wasserstein, by_scale),
        "ks": Metric(_ks, "mean over targets"),
        "rank_correlation_error": Metric(_rank_correlation_error, "mean over pairs of targets"),
        "mutual_information_error": Metric(_mutual_information_error, "mean over pairs, in nats"),
        "prdc": Metric(_prdc, "coverage", more_is_better=True),
        "prdc_embedded": Metric(_prdc_embedded, "coverage", more_is_better=True),
        "rare_cells": Metric(_rare_cells, "mean over cells of |drawn / true share - 1|"),
    }


def _scaled(it: Scored, parts: Mapping[str, Floats]) -> Score:
    """Return amounts in the targets' units, and their mean size over targets that vary, each on its scale."""
    varies = it.scale > 0
    sizes = [
        np.where(varies, np.abs(row), np.nan) / np.where(varies, it.scale, 1.0) for row in parts.values()
    ]
    return Score(_mean_size(np.array(sizes)), _rows(it.names, parts))


def _mean_size(values: Floats) -> float | None:
    there = np.isfinite(values)
    return float(np.abs(values[there]).mean()) if there.any() else None


def _rows(names: Sequence[str], parts: Mapping[str, Floats]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"target": name, "part": part, "value": _plain(values[at])}
        for at, name in enumerate(names)
        for part, values in parts.items()
    )


def _plain(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
