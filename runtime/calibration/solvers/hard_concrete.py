"""`l0`: records are chosen by gates that a penalty closes, then refitted.

Louizos, Welling & Kingma (2018, ICLR): each weight is multiplied by a gate in [0, 1] of the hard-concrete
distribution, and the expected number of open gates is priced by lambda. The gates are those of the package
l0-python (`SparseCalibrationWeights`). Its own training is not used: its loss divides by target + 1, it draws
from the global generator, and it holds the matrix in 20 bytes an entry. Here misses are relative, signed rows
count as they are, and products read the CSR in place.

lambda is searched for by halving until about `records` gates stay open; the most open `records` of them are
the choice, and `dual` calibrates these from their start weights, which stand for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from runtime.calibration.dual import DEFAULT_PENALTY
from runtime.calibration.problem import Problem, allowance, miss_scale
from runtime.calibration.solvers.protocol import Capabilities, Limits, Measure, Solved
from runtime.calibration.solvers.refit import positive, refit, told
from runtime.calibration.solvers.regularised import DistanceName, Regularised
from runtime.calibration.solvers.torched import Device, apart, device_of, product, torch_of
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]
    Rows = NDArray[np.int64]

NEAR = 0.02
"""A search that is so near to the number of records is over."""

_GATES = {"beta": 0.35, "gamma": -0.1, "zeta": 1.1, "init_keep_prob": 0.99}
_LOWEST, _HIGHEST = 1e-4, 1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class HardConcrete:
    """Hard-concrete gates, and a refit.

    Attributes:
        records: how many records keep a weight, >= 1.
        epochs: steps of Adam for each lambda that is tried, >= 1.
        learning_rate: of the logarithms of weights and of the gates.
        tries: the most values of lambda, >= 1.
        distance, penalty: of the refit; see `Regularised`.
        device: where torch runs; `auto` takes a GPU where there is one.

    Raises:
        ValueError: a setting out of its range.
    """

    kind: ClassVar[str] = "l0"
    capabilities: ClassVar[Capabilities] = Capabilities(
        exact=True, importance=True, signed=True, ratios=True, weights=True, mass=True,
        support="chosen", random=True,
    )  # fmt: skip
    records: int
    epochs: int = 300
    learning_rate: float = 0.15
    tries: int = 12
    distance: DistanceName = "entropy"
    penalty: float = DEFAULT_PENALTY
    device: Device = "cpu"

    def __post_init__(self) -> None:
        for name in ("records", "epochs", "tries"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}: must be 1 or more")
        if not 0 < self.learning_rate < np.inf:
            raise ValueError(f"learning_rate is {self.learning_rate}: must be finite and positive")
        self._dual  # noqa: B018 - refuses what it does not take

    @property
    def _dual(self) -> Regularised:
        return Regularised(self.distance, self.penalty)

    def memory(self, records: int, facts: int, entries: int) -> int:
        """Return the bytes of torch and its vectors, and of the refit."""
        return 400 * 2**20 + 40 * 4 * records + self._dual.memory(self.records, facts, entries)

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        random: Generator,
        begin: Doubles | None = None,  # noqa: ARG002 - of all records, and it keeps some
    ) -> Solved:
        """Return weights of which exactly `records` are above zero.

        Raises:
            ValueError: fewer records have a start weight.
            NodeFailed: torch or l0-python is not installed.
        """
        rows = positive(problem, self.records, self.kind)
        found = self._search(problem, rows, random)
        chosen = np.sort(rows[found.best(self.records)])
        stands_for = problem.start[chosen] * (np.sum(problem.start) / np.sum(problem.start[chosen]))
        end = refit(problem, chosen, stands_for, limits, self._dual, random)
        missed = abs(found.count - self.records) / self.records
        return replace(
            end.solved, iterations=found.epochs, chosen=self.records,
            at_limit=missed > NEAR or end.solved.at_limit,
            measure=Measure("open gates over the records wanted, less one", found.count / self.records - 1),
            details={"lambda": found.price, "open": found.count, "tries": found.tries, **told(problem, end)},
        )  # fmt: skip

    def _search(self, problem: Problem, rows: Rows, random: Generator) -> _Gates:
        """Return the gates of the lambda that leaves nearest to `records` of them open."""
        if self.records == len(rows) or len(problem.targets) == 0:
            return _Gates(0.0, random.random(len(rows)), self.records)
        torch = torch_of("l0")
        with apart(torch, random) as seed:
            training = _Training.of(torch, problem, rows, device_of(torch, self.device))
            found = list(self._tried(training, seed))
        nearest = min(found, key=lambda gates: abs(gates.count - self.records))
        return replace(nearest, tries=len(found), epochs=len(found) * self.epochs)

    def _tried(self, training: _Training, seed: int) -> Iterator[_Gates]:
        """Train with one lambda after the other, halving what it may be, until enough gates close."""
        low, high = _LOWEST, _HIGHEST
        for _ in range(self.tries):
            price = float(np.sqrt(low * high))
            gates = training.run(price, self.epochs, self.learning_rate, seed)
            yield gates
            if abs(gates.count - self.records) <= NEAR * self.records:
                return
            low, high = (price, high) if gates.count > self.records else (low, price)


@dataclass(frozen=True, eq=False)
class _Gates:
    """How open each record's gate is, how many are open, and the lambda that did it."""

    price: float
    openness: Doubles
    count: int
    tries: int = 0
    epochs: int = 0

    def best(self, records: int) -> Rows:
        """Return which are the most open, in their order."""
        return np.argsort(-self.openness, kind="stable")[:records]


@dataclass(frozen=True, eq=False)
class _Training:
    """What is the same whatever lambda is."""

    torch: Any
    gates: Any
    start: Doubles
    targets: Any
    price: Any
    estimates: Any
    device: str

    @classmethod
    def of(cls, torch: Any, problem: Problem, rows: Rows, device: str) -> _Training:  # noqa: ANN401 - the module
        """Measure misses as the dual does: relative, each by its tolerance and importance."""
        scale, soft = miss_scale(problem), replace(problem, exact=None)
        price = 1.0 / allowance(soft, 1.0)
        as_tensor = {"dtype": torch.float32, "device": device}
        return cls(
            torch, _library(), problem.start[rows],
            torch.tensor(problem.targets / scale, **as_tensor),
            torch.tensor(price / np.sum(price), **as_tensor),
            product(torch, problem.matrix[rows], 1.0 / scale, device), device,
        )  # fmt: skip

    def run(self, price: float, epochs: int, rate: float, seed: int) -> _Gates:
        """Return the gates after training."""
        torch = self.torch
        torch.manual_seed(seed)
        gates = self.gates(len(self.start), init_weights=self.start, device=self.device, seed=seed, **_GATES)
        adam = torch.optim.Adam([gates.log_weight, gates.log_alpha], lr=rate)
        for _ in range(epochs):
            misses = self.estimates(gates.get_weights()) - self.targets
            loss = (self.price * misses**2).sum() + price * gates.get_l0_penalty() / len(self.start)
            adam.zero_grad()
            loss.backward()
            adam.step()
        with torch.no_grad():
            count = int((gates.get_deterministic_gates() > 0).sum())
            return _Gates(price, gates.log_alpha.cpu().numpy().astype(np.float64), count)


def _library() -> Any:  # noqa: ANN401 - a class of the package
    try:
        from l0.calibration import SparseCalibrationWeights  # noqa: PLC0415 - seconds, for those who use it
    except ImportError as error:
        remedy = "pip install 'specc[l0]'"
        raise NodeFailed(f"method `l0` needs the package l0-python: {error}", remedy=remedy) from error
    return SparseCalibrationWeights
