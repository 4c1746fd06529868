"""What blocks of imputations and trials of methods are expected to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.model.methods import Auto, tried
from compiler.plan import cost

if TYPE_CHECKING:
    from compiler.model.methods import Method, Model
    from compiler.model.trials import Folds


def imputed(model: Model, donors: float, recipients: float, targets: int) -> cost.Estimate:
    """Return the estimate of a block; of one whose model is chosen, all trials and the dearest winner."""
    ends = [_one(method, donors, recipients, targets) for method in tried(model)]
    if not isinstance(model, Auto):
        return ends[0]
    each = [trial(method, donors, targets, model.folds, model.draws) for method in model.candidates]
    seconds = model.folds.count * sum(estimate.seconds for estimate in each)
    seconds += max(end.seconds for end in ends)
    return cost.Estimate(round(seconds, 1), max(estimate.memory for estimate in [*each, *ends]))


def trial(method: Method, donors: float, targets: int, folds: Folds, draws: int) -> cost.Estimate:
    """Return the estimate of one fold: a fit to the others, and draws for it."""
    return _one(method, donors, donors / folds.count * draws, targets)


def _one(method: Method, donors: float, recipients: float, targets: int) -> cost.Estimate:
    return cost.imputation(method.kind, donors, recipients, targets, getattr(method, "trees", None))
