"""Methods beside each other: the median of each metric over folds and seeds, and how far it scatters."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.trials.scores import known_metrics
from specc.bakeoff.results import COSTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.bakeoffs import Trials
    from specc.bakeoff.results import Json, Outcome

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Line:
    """A method by one metric, over the cells in which it is defined.

    `low` and `high` hold the middle 80 % of cells; with few cells they are close to the least and the most.
    `ours`: the bundle draws by this method. `best`: no method without failures has a better median.
    """

    metric: str
    means: str
    method: str
    median: float | None
    low: float | None
    high: float | None
    cells: int
    failed: int
    ours: bool
    best: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A bake-off as people compare it."""

    bakeoff: str
    imputation: str
    outcomes: Sequence[Outcome]
    lines: tuple[Line, ...]

    @property
    def failures(self) -> list[Outcome]:
        """The cells that could not be carried out."""
        return [each for each in self.outcomes if each.state == "failed"]

    def as_json(self) -> Json:
        """Return lines and cells as plain JSON."""
        return {
            "bakeoff": self.bakeoff,
            "imputation": self.imputation,
            "summary": [asdict(line) for line in self.lines],
            "cells": [each.as_json() for each in self.outcomes],
        }


def summary(trials: Trials, outcomes: Sequence[Outcome]) -> Summary:
    """Compare the methods of a bake-off."""
    known = known_metrics()
    asked = trials.cells[0].node.parameters["metrics"]
    ways = {name: (known[name].summary, known[name].more_is_better) for name in known if name in asked}
    ways |= dict.fromkeys(COSTS.values(), ("of a cell, scoring included", False))
    lines = [line for name, way in ways.items() for line in _lines(trials, outcomes, name, *way)]
    return Summary(trials.name, trials.imputation, tuple(outcomes), tuple(lines))


def _lines(
    trials: Trials,
    outcomes: Sequence[Outcome],
    metric: str,
    means: str,
    more: bool,  # noqa: FBT001 - one of a way
) -> list[Line]:
    cells: dict[str, list[Outcome]] = {}
    for each in outcomes:
        cells.setdefault(each.method, []).append(each)
    values = {method: _values(mine, metric) for method, mine in cells.items()}
    lost = {method: sum(each.state == "failed" for each in mine) for method, mine in cells.items()}
    best = _best({method: found for method, found in values.items() if not lost[method]}, more=more)
    return [
        Line(
            metric,
            means,
            method,
            *_spread(found),
            len(found),
            lost[method],
            method in trials.ours,
            method in best,
        )
        for method, found in values.items()
    ]


def _values(cells: Sequence[Outcome], metric: str) -> list[float]:
    found = [
        each.costs.get(metric) if metric in COSTS.values() else each.metrics[metric]["summary"]
        for each in cells
        if each.state == "done"
    ]
    return [value for value in found if value is not None]


def _spread(values: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    if not values:
        return None, None, None
    middle, low, high = np.quantile(values, [0.5, LOW, HIGH])
    return float(middle), float(low), float(high)


def _best(values: Mapping[str, Sequence[float]], *, more: bool) -> set[str]:
    """Return the methods with the best median; none where only one can be compared."""
    medians = {method: float(np.median(found)) for method, found in values.items() if found}
    if len(medians) < 2:
        return set()
    top = max(medians.values()) if more else min(medians.values())
    return {method for method, median in medians.items() if median == top}
