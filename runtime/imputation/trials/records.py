"""Whole records, targets and predictors, of one half of a fold as drawn, and of the other as they are."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation import metrics
from runtime.imputation.trials.scored import Score

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Rows
    from runtime.imputation.trials.scored import Scored


def prdc(it: Scored) -> Score:
    """Compare with columns at mean 0 and variance 1."""
    space = metrics.standard_space(_taught(it), it.taught_weights)
    return _compared(it, space.place)


def prdc_embedded(it: Scored) -> Score:
    """Compare in principal components of ranks."""
    space = metrics.embedding(_taught(it), it.taught_weights)
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
    real = place(_records(it, second, it.truth))
    rows = []
    for label, targets in (("", it.drawn[0]), ("attainable ", it.truth)):
        fake = place(_records(it, first, targets))
        found = metrics.prdc(real, fake, it.weights[second], it.weights[first], neighbours)
        rows += [
            {"target": None, "part": label + part, "value": value} for part, value in asdict(found).items()
        ]
    coverage = next(row["value"] for row in rows if row["part"] == "coverage")
    return Score(coverage, tuple(rows), tuple({**sizes, **about}.items()))


def _taught(it: Scored) -> Floats:
    return it.told(it.taught, (*it.known_names, *it.names))


def _records(it: Scored, rows: Rows, targets: Floats) -> Floats:
    known = it.told(it.known[rows], it.known_names)
    return np.column_stack([known, it.told(targets[rows], it.names)])


def _some(rows: Rows, ceiling: int, rng: Generator) -> Rows:
    if len(rows) <= ceiling:
        return rows
    chosen: Rows = np.sort(rng.choice(rows, size=ceiling, replace=False))
    return chosen
