"""Metrics as trials report them: one number to compare methods by, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation import metrics
from runtime.imputation.trials.cells import rare_cells
from runtime.imputation.trials.downstream import downstream
from runtime.imputation.trials.records import prdc, prdc_embedded
from runtime.imputation.trials.scored import Score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runtime.imputation.protocol import Floats
    from runtime.imputation.trials.scored import Compared, Scored

LEVELS = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
PROBABILITIES = np.array([0.10, 0.25, 0.50, 0.75, 0.90, 0.99])
TOPS = np.array([0.01, 0.10])


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
    all_ = it.numbers()
    return all_.scaled({"": metrics.crps(all_.truth, all_.drawn, it.weights)})


def _wasserstein(it: Scored) -> Score:
    all_ = it.numbers()
    return all_.scaled({"": metrics.wasserstein(all_.truth, all_.drawn, it.weights)})


def _ks(it: Scored) -> Score:
    all_ = it.numbers()
    gaps = metrics.kolmogorov_smirnov(all_.truth, all_.drawn, it.weights)
    return Score(all_.mean_size(gaps), all_.rows({"": gaps}))


def _total_errors(it: Scored) -> Score:
    all_ = it.numbers()
    true, drawn = it.weights @ all_.truth, it.weights @ all_.drawn.mean(axis=0)
    errors = np.full(len(true), np.nan)
    there = np.flatnonzero(true != 0)
    if len(there):
        errors[there] = metrics.total_errors(all_.truth[:, there], all_.drawn[:, :, there], it.weights)
    parts = {"true": true, "drawn": drawn, "error": errors}
    return Score(all_.mean_size(errors), all_.rows(parts))


def _of_amounts(compute: Callable[[Compared], Score], fewest: int = 1) -> Callable[[Scored], Score]:
    """Return a score of the targets that are no text; of fewer than `fewest` there is none."""

    def scored(it: Scored) -> Score:
        found = it.amounts()
        return compute(found) if len(found.labels) >= fewest else Score(None)

    return scored


def _pinball(it: Compared) -> Score:
    losses = metrics.pinball(it.truth, it.drawn, it.weights, LEVELS)
    return it.scaled(_by_level(LEVELS, losses))


def _quantile_errors(it: Compared) -> Score:
    errors = metrics.quantile_errors(it.truth, it.drawn, it.weights, PROBABILITIES)
    return it.scaled(_by_level(PROBABILITIES, errors))


def _by_level(levels: Floats, rows: Floats) -> dict[str, Floats]:
    return {f"p{level * 100:02.0f}": row for level, row in zip(levels, rows, strict=True)}


def _zero_shares(it: Compared) -> Score:
    found = metrics.zero_shares(it.truth, it.drawn, it.weights)
    parts = {"true": found.truth, "drawn": found.imputed, "error": found.error}
    return Score(it.mean_size(found.error), it.rows(parts))


def _tail_shares(it: Compared) -> Score:
    true = metrics.tail_shares(it.truth, it.weights, TOPS)
    drawn = np.mean([metrics.tail_shares(draw, it.weights, TOPS) for draw in it.drawn], axis=0)
    parts: dict[str, Floats] = {}
    for top, was, now in zip(TOPS, true, drawn, strict=True):
        label = f"top {top * 100:g} %"
        parts |= {f"{label} true": was, f"{label} drawn": now}
    return Score(it.mean_size(drawn - true), it.rows(parts))


def _rank_correlation_error(it: Compared) -> Score:
    return Score(metrics.rank_correlation_error(it.truth, it.drawn, it.weights))


def _mutual_information_error(it: Scored) -> Score:
    classes, beside = (_classes(it, names) for names in (it.names, it.known_names))
    found = metrics.mutual_information_error(it.truth, it.drawn, it.weights, it.known, classes, beside)
    return Score(found)


def _classes(it: Scored, names: Sequence[str]) -> dict[int, int]:
    """Return how many categories each column that is text has."""
    return {at: len(it.categories[name]) for at, name in enumerate(names) if name in it.categories}


def known_metrics() -> Mapping[str, Metric]:
    """Return every metric by the name that a bundle gives it."""
    by_scale = "mean over targets, in mean absolute deviations of the target"
    return {
        "crps": Metric(_crps, by_scale),
        "pinball": Metric(_of_amounts(_pinball), f"{by_scale}, and over levels"),
        "zero_shares": Metric(_of_amounts(_zero_shares), "mean over targets of |drawn - true share|"),
        "total_errors": Metric(_total_errors, "mean over targets of |drawn - true| / |true|"),
        "tail_shares": Metric(
            _of_amounts(_tail_shares), "mean over targets and tops of |drawn - true share|"
        ),
        "quantile_errors": Metric(
            _of_amounts(_quantile_errors), f"{by_scale}, and over quantiles, of |drawn - true|"
        ),
        "wasserstein": Metric(_wasserstein, by_scale),
        "ks": Metric(_ks, "mean over targets"),
        "rank_correlation_error": Metric(
            _of_amounts(_rank_correlation_error, 2), "mean over pairs of targets"
        ),
        "mutual_information_error": Metric(_mutual_information_error, "mean over pairs, in nats"),
        "prdc": Metric(prdc, "coverage", more_is_better=True),
        "prdc_embedded": Metric(prdc_embedded, "coverage", more_is_better=True),
        "rare_cells": Metric(rare_cells, "mean over cells of |drawn / true share - 1|"),
        "downstream": Metric(downstream, "mean over facts held out of |calibrated - true| / |true|"),
    }
