"""One method's run of the benchmark: blocks in order, later ones conditioned on those drawn before."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from runtime.imputation import Fitted, imputer
from runtime.seeds import stream

from .memory import memory_now, memory_peak, reset_peak

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats

    from .data import Units


Parameters: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One method with its parameters; `seed` tells repetitions of the same case apart."""

    label: str
    kind: str
    parameters: Parameters
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method did.

    Attributes:
        values: (draws, m, t) imputed targets, blocks side by side.
        fit_seconds: all fits.
        draw_seconds: one draw of all blocks for all recipients (mean over draws).
        cpu_seconds: processor time of all fits and one draw, all threads.
        memory_gb: peak resident memory above that of the loaded data, all draws held.
    """

    values: Floats
    fit_seconds: float
    draw_seconds: float
    cpu_seconds: float
    memory_gb: float


def run(case: Case, donors: Units, recipients: Units, draws: int) -> Outcome:
    """Fit every block on the donors, then draw `draws` complete imputations of the recipients."""
    reset_peak()
    before = memory_now()
    clock, cpu = time.perf_counter(), time.process_time()
    fitted = _fit(case, donors)
    fit_seconds, fit_cpu = time.perf_counter() - clock, time.process_time() - cpu
    clock, cpu = time.perf_counter(), time.process_time()
    values = np.stack([_draw(case, fitted, recipients, number) for number in range(draws)])
    draw_seconds, draw_cpu = (time.perf_counter() - clock) / draws, (time.process_time() - cpu) / draws
    return Outcome(values, fit_seconds, draw_seconds, fit_cpu + draw_cpu, memory_peak() - before)


def _fit(case: Case, donors: Units) -> dict[str, Fitted]:
    known, fitted = donors.predictors, {}
    for name, targets in donors.blocks.items():
        method = imputer(case.kind, **case.parameters)
        fitted[name] = method.fit(known, targets, donors.weights, stream(case.seed, "benchmark", name, "fit"))
        known = np.column_stack([known, targets.astype(np.float32)])
    return fitted


def _draw(case: Case, fitted: dict[str, Fitted], recipients: Units, number: int) -> Floats:
    known, drawn = recipients.predictors, []
    for name, method in fitted.items():
        rng = stream(case.seed, "benchmark", name, "draw", str(number))
        values = method.sample(known, rng).values[0]
        known = np.column_stack([known, values.astype(np.float32)])
        drawn.append(values)
    return np.hstack(drawn)
