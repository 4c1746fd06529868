"""`auto`: which of some methods predicts these donors best, by one metric, over folds of them alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.imputation.trials.held_out import Trial, hold_out
from runtime.imputation.trials.scored import Scored
from runtime.imputation.trials.scores import known_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runtime.imputation.trials.donors import Donors
    from runtime.imputation.trials.held_out import Random

    Model = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contest:
    """What decides between methods.

    Attributes:
        candidates: kind and parameters of each, in order: of equals the first wins.
        metric: one of `known_metrics`.
        folds: how many.
        draws: how often each record that is held out is drawn.
        prdc: how whole records are compared, where the metric does that.
        prepared: the scales that methods are told columns on (`runtime.imputation.on_scales.prepared`).
    """

    candidates: Sequence[Model]
    metric: str
    folds: int
    draws: int
    prdc: Mapping[str, int]
    prepared: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, folds: int, prepared: Mapping[str, Any]) -> Contest:
        """Return what a model of kind `auto` says."""
        return cls(model["candidates"], model["metric"], folds, model["draws"], model["prdc"], prepared)


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate that is chosen, and a report of all, as plain JSON values."""

    model: Model
    report: dict[str, Any]


@dataclass
class _Tried:
    model: Model
    scores: list[float | None] = field(default_factory=list)
    failed: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        said = {"model": dict(self.model), "scores": self.scores}
        return {**said, "failed": self.failed} if self.failed else {**said, "mean": _mean(self.scores)}


def choose(
    donors: Donors, contest: Contest, random: Random, heard: Callable[[int, int], None] | None = None
) -> Choice:
    """Return the candidate with the best mean of the metric over folds.

    Each learns from all folds but one and draws that one; nothing but the donors is looked at, and units are
    in one fold whole. A candidate that cannot is out, which is no fault as long as one is left.

    Args:
        donors: those that the winner will be fitted to; all their targets are one block.
        contest: what decides.
        random: gives the random numbers of names.
        heard: is told how many parts are done, of how many: each candidate is one, and what comes after.

    Raises:
        NodeFailed: no candidate can be tried, or the metric is defined in no fold.
    """
    tried = []
    for number, model in enumerate(contest.candidates):
        tried.append(_try(donors, contest, model, random))
        if heard is not None:
            heard(number + 1, len(contest.candidates) + 1)
    _judge_undefined(contest, tried)
    if all(each.failed for each in tried):
        raise _none_left(tried)
    more = known_metrics()[contest.metric].more_is_better
    left = [(at, _mean(each.scores)) for at, each in enumerate(tried) if not each.failed]
    best = (max if more else min)(mean for _, mean in left)
    winners = [at for at, mean in left if mean == best]
    report = {
        "metric": contest.metric, "moreIsBetter": more, "folds": contest.folds, "draws": contest.draws,
        "donors": len(donors.weights), "units": len(np.unique(donors.units)),
        "candidates": [each.as_json() for each in tried], "chosen": winners[0], "tied": winners[1:],
    }  # fmt: skip
    return Choice(contest.candidates[winners[0]], report)


def _try(donors: Donors, contest: Contest, model: Model, random: Random) -> _Tried:
    tried = _Tried(model)
    block = {"targets": donors.names, "predictors": donors.known_names, **contest.prepared}
    metric = known_metrics()[contest.metric]
    for fold in range(contest.folds):
        trial = Trial(model, [block], contest.folds, fold, contest.draws, random)
        named = partial(random, "metrics", str(fold))
        try:
            held = hold_out(donors, trial)
            score = metric.compute(Scored.of(donors, held, {"prdc": contest.prdc}, named))
        except (NodeFailed, ValueError, ArithmeticError) as error:
            message = error.message if isinstance(error, NodeFailed) else str(error)
            tried.failed = {"fold": fold + 1, "message": message}
            return tried
        tried.scores.append(score.as_json()["summary"])
    return tried


def _judge_undefined(contest: Contest, tried: Sequence[_Tried]) -> None:
    """Put out who has no score where another has one: a mean over other folds is of other records.

    Raises:
        NodeFailed: nobody has any.
    """
    left = [each for each in tried if not each.failed]
    if not left:
        return
    counted = [any(each.scores[fold] is not None for each in left) for fold in range(contest.folds)]
    if not any(counted):
        raise NodeFailed(
            f"`{contest.metric}` is defined in no fold of these donors: nothing decides between candidates",
            remedy="choose another metric, or name one model",
        )
    for each in left:
        undefined = [f for f, counts in enumerate(counted) if counts and each.scores[f] is None]
        if undefined:
            message = f"`{contest.metric}` is not defined for what it drew"
            each.failed = {"fold": undefined[0] + 1, "message": message}


def _none_left(tried: Sequence[_Tried]) -> NodeFailed:
    reasons = dict.fromkeys(each.failed["message"] for each in tried if each.failed)
    kinds = ", ".join(f"`{each.model['kind']}`" for each in tried)
    return NodeFailed(
        f"none of {kinds} can be tried on these donors: {'; '.join(reasons)}",
        remedy="correct what is said, or name other candidates",
    )


def _mean(scores: Sequence[float | None]) -> float:
    return float(np.mean([score for score in scores if score is not None]))
