"""The conformance suite finds what is wrong with a method: each flaw is caught by the check about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from runtime.imputation.conformance import CHECKS, Subject, name_of
from runtime.imputation.forest import FittedForest, JointForest
from runtime.imputation.protocol import Capabilities, Draw
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Predictors, Rows


@dataclass(frozen=True)
class Flawed:
    """A forest with one flaw."""

    flaw: str

    @property
    def capabilities(self) -> Capabilities:
        """What a forest promises, or something else."""
        whole = JointForest().capabilities
        if self.flaw == "promises observed, names donors":
            return replace(whole, values="observed")
        return replace(whole, marginal="kept") if self.flaw == "promises the margin" else whole

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FlawedFit:
        """Fit a small forest, after doing to its input what the flaw says."""
        if self.flaw == "no weights":
            weights = np.ones_like(weights)
        if self.flaw == "squared weights":
            weights = weights**2
        if self.flaw == "drops the rare":
            common = np.abs(targets[:, 0]) < 4000
            predictors, targets, weights = predictors[common].copy(), targets[common], weights[common]
        if self.flaw == "missing is zero":
            predictors = np.nan_to_num(predictors)
        if self.flaw == "refuses nothing":
            targets = np.nan_to_num(targets.astype(np.float64))
        seed = stream(3, "own") if self.flaw == "seed of its own" else rng
        fitted = JointForest(trees=8, n_jobs=1).fit(predictors, targets, weights, seed)
        if self.flaw == "writes to its arguments":
            targets[:] = 0.0
        return FlawedFit(self.flaw, fitted)


@dataclass(frozen=True)
class FlawedFit:
    """A fitted forest with one flaw."""

    flaw: str
    fitted: FittedForest

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Draw, and do to the result what the flaw says."""
        if self.flaw == "one draw for all":
            once = self.fitted.sample(predictors, rng)
            return Draw(np.repeat(once.values, draws, axis=0), None)
        draw = self.fitted.sample(predictors, rng, draws)
        if self.flaw == "clips losses":
            return Draw(draw.values.clip(0), draw.donors)
        if self.flaw == "sorted":
            return Draw(np.sort(draw.values, axis=1), draw.donors)
        if self.flaw == "global randomness":
            np.random.seed(0)  # noqa: NPY002 - the flaw
        return draw

    def choose(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Rows:
        """Name donors: those that are copied, or their neighbours."""
        chosen = self.fitted.choose(predictors, rng, draws)
        return np.roll(chosen, 1, axis=1) if self.flaw == "names others" else chosen


FLAWS = {
    "no weights": "weights_move_the_draws",
    "squared weights": "weights_count_once",
    "drops the rare": "a_rare_class_survives",
    "missing is zero": "missing_is_not_zero",
    "refuses nothing": "bad_donors_are_refused_by_name",
    "seed of its own": "the_same_seed_gives_the_same_bytes",
    "writes to its arguments": "arguments_are_left_as_they_were",
    "one draw for all": "repeated_draws_are_independent",
    "clips losses": "three_signs_keep_their_shares",
    "sorted": "unrelated_targets_are_drawn_apart",
    "global randomness": "global_randomness_is_not_touched",
    "promises observed, names donors": "a_draw_has_the_promised_shape",
    "names others": "named_donors_are_those_copied",
    "promises the margin": "draws_follow_the_recipients_or_keep_the_margin",
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_found(flaw: str) -> None:
    """The check that is about the flaw raises; its message is no bare assertion."""
    check = next(check for check in CHECKS if name_of(check) == FLAWS[flaw])
    with pytest.raises(AssertionError, match=r"\w+ \w+"):
        check(Subject(lambda: Flawed(flaw)))
