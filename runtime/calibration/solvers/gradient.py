"""`microcalibrate`: the package's gradient descent on log weights, without what makes its answers wrong.

Its loss is mean(((estimate - target + 1) / (target + 1))^2): the 1 biases small targets, and the denominator
explodes near -1. Here every fact is turned to be positive and measured in units in which its target is
`UNITS`, so that the 1 is a millionth of it; a target of zero keeps the same unit by the package's own factor
on its term. The package adds noise to the weights before the first step unless told not to: it is told not
to. Estimates come from a sparse product through the package's `estimate_function`, so that nothing is dense.
"""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from runtime.calibration.problem import allowance, miss_scale
from runtime.calibration.solvers.protocol import Capabilities, Measure, Solved
from runtime.calibration.solvers.torched import Device, apart, device_of, product, torch_of
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Limits

    Doubles = NDArray[np.float64]

UNITS = 1e6
"""What a target is measured as: the package's 1 is then a millionth of it."""

STILL_FALLING = 0.01
"""A loss that fell by more than this share over the last tenth of the epochs would have gone on falling."""


@dataclass(frozen=True, slots=True)
class Microcalibrate:
    """The package microcalibrate, 0.19 or 0.22.

    Attributes:
        epochs: steps of Adam, >= 2.
        learning_rate: of a logarithm of a weight; a weight moves by a factor of at most
            exp(epochs * learning_rate), about.
        noise_level: the most that is added to a weight before the first step, at random; the package's own
            default is 10.
        device: where torch runs; `auto` takes a GPU where there is one.

    Raises:
        ValueError: a setting out of its range.
    """

    kind: ClassVar[str] = "microcalibrate"
    epochs: int = 500
    learning_rate: float = 0.02
    noise_level: float = 0.0
    device: Device = "cpu"

    def __post_init__(self) -> None:
        if self.epochs < 2:
            raise ValueError(f"epochs is {self.epochs}: must be 2 or more")
        if not 0 < self.learning_rate < np.inf:
            raise ValueError(f"learning_rate is {self.learning_rate}: must be finite and positive")
        if not 0 <= self.noise_level < np.inf:
            raise ValueError(f"noise_level is {self.noise_level}: must be finite and not negative")

    @property
    def capabilities(self) -> Capabilities:
        """What it keeps: no exact fact and no bound; without noise nothing is random."""
        return Capabilities(importance=True, signed=True, random=self.noise_level > 0)

    def memory(self, records: int, facts: int, entries: int) -> int:
        """Return the bytes of torch and its vectors; on a GPU its two copies of the matrix lie there."""
        return 400 * 2**20 + 24 * 4 * records + 40 * facts + 0 * entries

    def solve(
        self,
        problem: Problem,
        limits: Limits,  # noqa: ARG002 - none are asked
        random: Generator,
        begin: Doubles | None = None,  # noqa: ARG002 - it has no multipliers
    ) -> Solved:
        """Return the weights after the last epoch.

        Raises:
            NodeFailed: the package or torch is not installed.
        """
        weights, moved = problem.start.astype(np.float64), np.flatnonzero(problem.start > 0)
        if len(problem.targets) == 0 or len(moved) == 0:
            return Solved(
                weights=weights,
                reason="no facts: the start weights are the answer",
                converged=True,
                iterations=0,
                multipliers=np.zeros(len(problem.targets)),
            )
        torch = torch_of("microcalibrate")
        losses = _Losses()
        with apart(torch, random) as seed, _quiet():
            weights[moved] = self._descend(torch, problem, moved, seed, losses)
        return self._solved(problem, weights, losses)

    def _descend(self, torch: Any, problem: Problem, moved: Any, seed: int, losses: _Losses) -> Doubles:  # noqa: ANN401 - the module
        scale, sign = miss_scale(problem), np.where(problem.targets < 0, -1.0, 1.0)
        device = device_of(torch, self.device)
        estimates = product(torch, problem.matrix[moved], sign * UNITS / scale, device)
        zero = problem.targets == 0
        price = np.where(zero, UNITS**-2, 1.0) / allowance(problem, 1.0)
        targets = np.where(zero, 0.0, UNITS)

        def watched(weights: Any) -> Any:  # noqa: ANN401 - tensors
            return losses.seen(estimates(weights), targets, price)

        fitting = _calibration()(
            weights=problem.start[moved], targets=targets,
            target_names=np.array([str(number) for number in range(len(targets))]),
            estimate_function=watched,
            epochs=self.epochs, learning_rate=self.learning_rate, noise_level=self.noise_level, device=device,
            normalization_factor=torch.tensor(price, dtype=torch.float32, device=device),
            **({"seed": seed} if _newer() else {}),
        )  # fmt: skip
        fitting.estimate_function = watched  # 0.22 takes a function, and then forgets it
        fitting.calibrate()
        return np.asarray(fitting.weights, dtype=np.float64)

    def _solved(self, problem: Problem, weights: Doubles, losses: _Losses) -> Solved:
        positive = problem.start > 0
        with np.errstate(divide="ignore"):
            farthest = float(np.max(np.abs(np.log(weights[positive] / problem.start[positive]))))
        reach = self.epochs * self.learning_rate
        is_falling, is_far = losses.fall() > STILL_FALLING, farthest > 0.9 * reach
        reason = "the last epoch was over"
        return Solved(
            weights=weights,
            reason=f"{reason}, and the loss was still falling" if is_falling else reason,
            converged=not is_falling,
            iterations=self.epochs,
            multipliers=np.zeros(len(problem.targets)),
            measure=Measure("fall of the loss over the last tenth of the epochs", losses.fall()),
            at_limit=is_falling or is_far,
            details={
                "version": metadata.version("microcalibrate"),
                "loss": losses.found[-1],
                "largest_log_ratio": farthest,
                "reach": reach,
            },
        )


class _Losses:
    """What the package's loss was in each epoch, watched where it asks for estimates."""

    def __init__(self) -> None:
        self.found: list[float] = []

    def seen(self, estimates: Any, targets: Doubles, price: Doubles) -> Any:  # noqa: ANN401 - tensors
        """Note the loss of estimates, and return them."""
        misses = (estimates.detach().cpu().numpy().astype(np.float64) - targets) / np.maximum(targets, 1.0)
        self.found.append(float(np.mean(price * misses**2)))
        return estimates

    def fall(self) -> float:
        """Return by what share the loss fell over the last tenth."""
        earlier = self.found[-1 - max(1, len(self.found) // 10)]
        return 1.0 - self.found[-1] / earlier if earlier > 1e-12 else 0.0


def _calibration() -> Any:  # noqa: ANN401 - a class of the package
    try:
        from microcalibrate import Calibration  # noqa: PLC0415 - seconds, for those who use it
    except ImportError as error:
        remedy = "pip install 'specc[microcalibrate]'"
        raise NodeFailed(f"method `microcalibrate` needs its package: {error}", remedy=remedy) from error
    return Calibration


def _newer() -> bool:
    """Return whether the package is one that takes a seed."""
    major, minor = metadata.version("microcalibrate").split(".")[:2]
    return (int(major), int(minor)) >= (0, 20)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the package's bars and warnings away: it warns of negative targets, of which there are none."""
    logger = logging.getLogger("microcalibrate")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
