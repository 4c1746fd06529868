"""The sound comparison of two datasets: as many records, the same refit, the same facts that nobody saw.

Datasets that are published differ in size and in what their weights were made to meet, so that their errors
say little of their records. Here both have as many records, drawn at random, and weights that one method
makes to meet one list of facts; what is compared are facts that were held out. The spread over several
samples says what a difference is worth: with half of the smaller dataset's records, the default, samples
differ about as much as other surveys of its size would (the variance between random halves of n is that of a
mean of n).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from runtime.calibration.methods import options
from runtime.operations.calibrate import factor_of, problem_of
from runtime.operations.solving import solved
from runtime.operations.stages import families_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from runtime.operations.fits import Facts

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

# Behind the seed of a sample, the number of the stream that a solver draws from; sides have 0 and 1.
_SOLVER = 2
CAP = 1.0
CONFIDENCE = 0.95
ALL = "all held out facts"
Row = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """A dataset: its name, its facts with their matrix, and the weights that it is published with."""

    name: str
    facts: Facts
    weights: Doubles

    @property
    def records(self) -> int:
        """How many households have weight."""
        return int((self.weights > 0).sum())

    def sample(self, number: int, random: np.random.Generator) -> Doubles:
        """Return the weights of a sample of so many households with weight, scaled to their total."""
        return self._only(random.choice(np.flatnonzero(self.weights > 0), number, replace=False))

    def paired_sample(self, number: int, random: np.random.Generator) -> Doubles:
        """Return the same of those whose rows have drawn the lowest numbers.

        Variants of one dataset begin with the same rows, and so have records in common: what the luck of the
        draw does to one it does to the other.
        """
        there = np.flatnonzero(self.weights > 0)
        drawn = random.random(len(self.weights))[there]
        return self._only(there[np.argsort(drawn)[:number]])

    def _only(self, chosen: Integers) -> Doubles:
        found = np.zeros_like(self.weights)
        found[chosen] = self.weights[chosen] * (self.weights.sum() / self.weights[chosen].sum())
        return found


@dataclass(frozen=True)
class Rules:
    """What is compared, and how.

    Attributes:
        parameters: those of the calibration: its method, tolerances, what the start is scaled to.
        trained, held: numbers of the facts that all can be calibrated to, and that are scored.
        records: how many households each sample has.
        seeds: the seed of each sample.
        minimum: the fewest households with weight that carry a fact which is trained on.
        paired: whether the datasets are variants of one, whose samples have records in common.
    """

    parameters: Row
    trained: Integers
    held: Integers
    records: int
    seeds: tuple[int, ...]
    minimum: int
    paired: bool = False


@dataclass(frozen=True)
class Compared:
    """How samples of several datasets meet what is scored.

    Attributes:
        sides: the names of the datasets.
        errors: (sides, seeds, facts), absolute relative errors of refitted samples, each at most 1.
        published: (sides, facts), the same with the weights that the datasets are published with.
        trained: by seed to how many facts the samples were refitted.
    """

    sides: tuple[str, ...]
    errors: Doubles
    published: Doubles
    trained: tuple[int, ...]

    def line(self, name: str, own: npt.NDArray[np.bool_]) -> Row:
        """Return the mean errors of two datasets over some facts, their difference, and who is nearer."""
        each = self.errors[:, :, own].mean(axis=2)
        line: Row = {
            "family": name,
            "facts": int(own.sum()),
            "published": [float(side.mean()) for side in self.published[:, own]],
            "refitted": [float(side.mean()) for side in each],
        }
        return line | _difference(self.sides, each[0] - each[1])


def compare(sides: Sequence[Side], rules: Rules, progress: Callable[[int, int], None]) -> Row:
    """Refit samples of both datasets and return, family by family, how each meets what was held out."""
    found = refitted(sides, rules, progress)
    groups = _groups(families_of(sides[0].facts.ledger)[rules.held])
    return {
        "trained": {"asked": len(rules.trained), "fewest": min(found.trained)},
        "families": [found.line(name, own) for name, own in groups],
    }


def refitted(sides: Sequence[Side], rules: Rules, progress: Callable[[int, int], None]) -> Compared:
    """Refit as many samples of every dataset as there are seeds, to the facts that all of them carry."""
    errors = np.empty((len(sides), len(rules.seeds), len(rules.held)))
    common: list[int] = []
    for at, seed in enumerate(rules.seeds):
        samples = [_sample(side, number, rules, seed) for number, side in enumerate(sides)]
        trained = _carried_by_all(sides, samples, rules)
        common.append(len(trained))
        for number, (side, weights) in enumerate(zip(sides, samples, strict=True)):
            errors[number, at] = _missed(side.facts, _refit(side, weights, trained, rules, seed), rules.held)
            progress(at * len(sides) + number + 1, len(rules.seeds) * len(sides))
    published = np.stack([_missed(side.facts, side.weights, rules.held) for side in sides])
    return Compared(tuple(side.name for side in sides), errors, published, tuple(common))


def _sample(side: Side, number: int, rules: Rules, seed: int) -> Doubles:
    if rules.paired:
        return side.paired_sample(rules.records, np.random.default_rng(seed))
    return side.sample(rules.records, np.random.default_rng([seed, number]))


def _groups(families: npt.NDArray[np.str_]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    whole = (ALL, np.ones(len(families), np.bool_))
    return [*((str(name), families == name) for name in np.unique(families)), whole]


def _carried_by_all(sides: Sequence[Side], samples: Sequence[Doubles], rules: Rules) -> Integers:
    """Return the trained facts that enough households of every sample carry, for both the same."""
    found = np.ones(len(rules.trained), np.bool_)
    for side, weights in zip(sides, samples, strict=True):
        has_weight = np.repeat(weights > 0, np.diff(side.facts.matrix.indptr))
        carried = np.bincount(side.facts.matrix.indices[has_weight], minlength=side.facts.ledger.height)
        found &= carried[rules.trained] >= rules.minimum
    return rules.trained[found]


def _refit(side: Side, weights: Doubles, trained: Integers, rules: Rules, seed: int) -> Doubles:
    # Households that were not drawn have a start of zero, and keep it.
    start = weights * factor_of(side.facts, weights, rules.parameters["scale_to"])
    problem = problem_of(side.facts, trained, start, rules.parameters)
    how = options(rules.parameters["method"], np.random.default_rng([seed, _SOLVER]))
    return solved(problem, how).weights


def _missed(facts: Facts, weights: Doubles, held: Integers) -> Doubles:
    return np.minimum(np.abs(facts.fit(held, weights).relative_errors), CAP)


def _difference(sides: Sequence[str], difference: Doubles) -> Row:
    """Return the mean of a difference over samples, its interval, and who is nearer; None where open."""
    middle = float(difference.mean())
    found: Row = {"difference": middle, "interval": None, "winner": None}
    if len(difference) > 1:
        reach = float(stdtrit(len(difference) - 1, (1 + CONFIDENCE) / 2)) * float(difference.std(ddof=1))
        found["interval"] = [middle - reach, middle + reach]
        found["winner"] = sides[0] if middle + reach < 0 else sides[1] if middle - reach > 0 else None
    return found
