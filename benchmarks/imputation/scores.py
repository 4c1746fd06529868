"""The figures of merit of one outcome: every metric that bake-offs have, and three of them by target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from compiler.model.calibrators import Dual
from runtime.imputation import metrics
from runtime.imputation.trials.scored import Scored
from runtime.imputation.trials.scores import known_metrics
from runtime.seeds import stream

from .data import PREDICTORS, TARGETS

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats

    from .data import Units

# Few of a hundred tax units each, by their own answers and by what everybody is asked.
RARE_CELLS: dict[str, dict[str, dict[str, float]]] = {
    "the top 1 % of capital-gain distributions": {"capital-gain distributions": {"top": 0.01}},
    "tax-exempt interest under 65": {"tax-exempt interest": {"above": 0}, "age of head": {"below": 65}},
    "a pension and dividends": {"taxable pensions": {"above": 0}, "qualified dividends": {"above": 0}},
    "an IRA distribution before 60": {"IRA distributions": {"above": 0}, "age of head": {"below": 60}},
}
_OLD = {"age of head": {"at_least": 65}}
# Calibrated to the number of tax units and the total of each target; held out are totals of the old, and how
# many have any.
FACTS: dict[str, dict[str, Any]] = {
    "all": {"role": "train", "sum": None, "within": {}},
    **{name: {"role": "train", "sum": name, "within": {}} for name in TARGETS},
    **{f"{name} of the old": {"role": "holdout", "sum": name, "within": _OLD} for name in TARGETS},
    **{f"have {name}": {"role": "holdout", "sum": None, "within": {name: {"above": 0}}} for name in TARGETS},
}


@dataclass(frozen=True, slots=True)
class Scores:
    """How one outcome compares with the truth.

    Attributes:
        summaries: each metric's number that methods are compared by; None where it is not defined.
        crps: (t,) weighted CRPS over the truth's weighted mean absolute deviation.
        zero_share: (t,) |imputed - true| weighted share of zeros.
        total: (t,) |imputed - true| / |true| weighted total.
    """

    summaries: dict[str, float | None]
    crps: Floats
    zero_share: Floats
    total: Floats


def score(donors: Units, recipients: Units, imputed: Floats) -> Scores:
    """Score imputed (draws, m, t) against what is true of the recipients."""
    truth, weights = recipients.targets, recipients.weights
    compared = _compared(donors, recipients, imputed)
    scale = metrics.mean_absolute_deviation(truth, weights)
    return Scores(
        summaries={name: metric.compute(compared).summary for name, metric in known_metrics().items()},
        crps=metrics.crps(truth, imputed, weights) / scale,
        zero_share=np.abs(metrics.zero_shares(truth, imputed, weights).error),
        total=np.abs(metrics.total_errors(truth, imputed, weights)),
    )


def _compared(donors: Units, recipients: Units, imputed: Floats) -> Scored:
    return Scored(
        names=TARGETS,
        truth=recipients.targets,
        drawn=imputed,
        weights=recipients.weights,
        known=recipients.predictors.astype(np.float64),
        known_names=tuple(PREDICTORS),
        units=np.arange(len(recipients.weights)),
        taught=np.hstack([donors.predictors, donors.targets]),
        taught_weights=donors.weights,
        settings={
            "prdc": {"neighbours": 5, "records": 2000},
            "rare_cells": RARE_CELLS,
            "downstream": {"facts": FACTS, "minimum_carriers": 20, "method": Dual(kind="dual").model_dump()},
        },
        random=partial(stream, 0, "benchmark", "metrics"),
    )
