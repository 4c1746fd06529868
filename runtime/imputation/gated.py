"""Zero-inflated and regime-aware quantile forests: first which class a value falls into, then how much it is.

Two-part and hurdle models (Cragg 1971, "Some statistical models for limited dependent variables with
application to the demand for durable goods", Econometrica 39(5); Duan, Manning, Morris and Newhouse 1983, "A
comparison of alternative models for the demand for medical care", Journal of Business and Economic Statistics
1(2)), with a boosted gate (`runtime.imputation.gate`) and a quantile forest for the amounts of each class
(`runtime.imputation.qrf`). Targets are chained, so that gates know the amounts drawn before them: the zeros
of one target go with those of another (`runtime.imputation.chain`).

* `zi_qrf` tells zero from everything else.
* `regime_aware` tells losses, zeros and gains apart. Which of them the donors have is the target's regime,
  one of seven. A sign that a single donor has is never lost.

A class with fewer donors than `rare` is too small for a gate or a forest to learn anything of it but noise.
It is drawn with its weighted share, whatever the predictors, and its amounts are those of its donors, in
proportion to weight. The report says so.

Zeros are exact zeros: every other amount, however small, has a sign. Tails are those of `qrf`: no amount that
no donor has. Weights enter the gate, the shares, and the forests (as in `qrf`). A missing predictor has a
branch of its own in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation.chain import fit_chain, learnt
from runtime.imputation.gate import Gate
from runtime.imputation.parameters import at_least
from runtime.imputation.protocol import Capabilities
from runtime.imputation.qrf import QuantileForestLearner, check_forest
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.chain import Drawer, FittedChain, Learner
    from runtime.imputation.protocol import Floats, Predictors, Rows

_NAMES = {-1: "losses", 0: "zeros", 1: "gains", 2: "amounts"}
_REGIMES = {
    frozenset({-1, 0, 1}): "losses, zeros and gains",
    frozenset({-1, 1}): "losses and gains",
    frozenset({0, 1}): "zeros and gains",
    frozenset({-1, 0}): "losses and zeros",
    frozenset({1}): "gains only",
    frozenset({-1}): "losses only",
    frozenset({0}): "zeros only",
    frozenset({0, 2}): "zeros and amounts",
    frozenset({2}): "amounts only",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gated:
    """Parameters of both methods.

    Attributes:
        trees: trees of the forest of each class.
        leaf: least number of donors in a leaf.
        rare: a class with fewer donors than this is drawn with its share, whatever the predictors.
        n_jobs: threads of the forests. Never changes the result.
        targets: names of the targets, from which their random numbers are derived.

    Raises:
        ValueError: a parameter out of its range, by name.
    """

    trees: int = 100
    leaf: int = 5
    rare: int = 25
    n_jobs: int = -1
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_forest(self.trees, self.leaf, None, self.n_jobs)
        at_least(10, rare=self.rare)

    @property
    def capabilities(self) -> Capabilities:
        """Each target is some donor's value, one after another."""
        return Capabilities(order="chained", values="observed", categories="codes")

    def _fit(
        self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator, *, signs: bool
    ) -> FittedChain:
        forest = QuantileForestLearner(self.trees, self.leaf, None, self.n_jobs)
        return fit_chain(
            GatedLearner(forest, self.rare, signs), self.targets, predictors, targets, weights, rng
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ZeroInflatedForest(_Gated):
    """A gate for zero, and one forest for all other amounts."""

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedChain:
        """Fit a gate and a forest a target; see `runtime.imputation.protocol.Imputer.fit`."""
        return self._fit(predictors, targets, weights, rng, signs=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class RegimeAwareForest(_Gated):
    """A gate for the sign, and a forest for losses and one for gains."""

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedChain:
        """Fit a gate and up to two forests a target; see `runtime.imputation.protocol.Imputer.fit`."""
        return self._fit(predictors, targets, weights, rng, signs=True)


@dataclass(frozen=True, slots=True)
class GatedLearner:
    """How one target is learnt: its amounts by `forest`; classes are signs, or zero and not zero."""

    forest: Learner
    rare: int
    signs: bool

    def fit(self, known: Predictors, target: Floats, weights: Floats, rng: Generator) -> GatedDrawer:
        """Fit the gate on the classes that are not rare, and what draws the amounts of each."""
        classes = np.sign(target).astype(np.int64) if self.signs else np.where(target == 0, 0, 2)
        root, names = int(rng.integers(0, 2**63)), [int(name) for name in np.unique(classes)]
        common = [name for name in names if (classes == name).sum() >= self.rare]
        rows, gate = np.isin(classes, common), None
        if len(common) > 1:
            gate = Gate.fit(known[rows], classes[rows], weights[rows], stream(root, "gate"))
        parts, mass = {}, {}
        for name in names:
            mine = classes == name
            mass[name] = float(weights[mine].sum())
            given = known[mine], target[mine], weights[mine]
            rng_of = stream(root, "amounts", _NAMES[name])
            parts[name] = learnt(self.forest if name in common else Empirical(), *given, rng_of)
        counts = {name: int((classes == name).sum()) for name in names}
        return GatedDrawer(parts, mass, counts, tuple(common), gate)


@dataclass(frozen=True, slots=True)
class GatedDrawer:
    """What draws the amounts of each class, the classes' weight and number of donors, and the gate.

    `common` are the classes that the gate tells apart; there is no gate where they are fewer than two.
    """

    parts: dict[int, Drawer]
    mass: dict[int, float]
    counts: dict[int, int]
    common: tuple[int, ...]
    gate: Gate | None

    def draw(self, known: Predictors, rng: Generator) -> Floats:
        """Draw each row's class, then its amount."""
        root = int(rng.integers(0, 2**63))
        classes, drawn = self._classes(known, stream(root, "gate").random(len(known))), np.zeros(len(known))
        for name, part in self.parts.items():
            mine = classes == name
            drawn[mine] = part.draw(known[mine], stream(root, "amounts", _NAMES[name]))
        return drawn

    def report(self) -> dict[str, Any]:
        """Return the regime, the classes with their donors and shares, and how good the gate is."""
        total = sum(self.mass.values())
        said: dict[str, Any] = {"regime": _REGIMES[frozenset(self.parts)], "classes": {}}
        for name in self.parts:
            by = "predictors" if name in self.common else "share"
            said["classes"][_NAMES[name]] = {
                "donors": self.counts[name], "share": self.mass[name] / total, "drawnBy": by,
            }  # fmt: skip
        return said if self.gate is None else {**said, "gate": self.gate.quality}

    def _classes(self, known: Predictors, points: Floats) -> Rows:
        """Return each row's class: first whether it is a rare one, by shares; the others by the gate."""
        rare = [name for name in self.parts if name not in self.common]
        ends = np.cumsum([self.mass[name] for name in rare]) / sum(self.mass.values())
        if not self.common:
            ends[-1] = 1.0
        slot = np.searchsorted(ends, points, side="right")
        drawn = np.array([*rare, *self.common[:1]], dtype=np.int64)[slot]
        if self.gate is not None:
            left, first = slot == len(rare), ends[-1] if rare else 0.0
            drawn[left] = self.gate.draw(known[left], (points[left] - first) / (1.0 - first))
        return drawn


@dataclass(frozen=True, slots=True)
class Empirical:
    """A learner that heeds no predictor."""

    def fit(
        self,
        known: Predictors,  # noqa: ARG002 - it heeds none
        target: Floats,
        weights: Floats,
        rng: Generator,  # noqa: ARG002 - nothing is random before the draw
    ) -> EmpiricalDrawer:
        """Keep the values, and the weight up to each."""
        return EmpiricalDrawer(target, np.cumsum(weights))


@dataclass(frozen=True, slots=True)
class EmpiricalDrawer:
    """Donors' values, (n,), and the weight of all up to each."""

    values: Floats
    reached: Floats

    def draw(self, known: Predictors, rng: Generator) -> Floats:
        """Draw a donor's value for each row, in proportion to weight."""
        slot = np.searchsorted(self.reached, rng.random(len(known)) * self.reached[-1], side="right")
        drawn: Floats = self.values[np.minimum(slot, len(self.values) - 1)]
        return drawn

    def report(self) -> dict[str, Any]:
        """Return nothing: the class tells how it is drawn."""
        return {}
