"""Time and memory at given sizes: fit a block, draw it once, write every target to a Parquet file."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from runtime.imputation import imputer
from runtime.imputation.protocol import Copying
from runtime.seeds import stream

from .enlarged import enlarged
from .memory import memory_now, memory_peak, reset_peak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.imputation.protocol import Fitted, Floats, Predictors

    from .data import Units
    from .methods import Case


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of each."""

    donors: int
    recipients: int
    targets: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What one case took at one size, by the clock in seconds, by processor time, and in GB.

    `draw` is one draw and the writing of all targets. `loaded_gb` is what the process holds before it fits:
    libraries, donors, recipients' predictors; `fit_gb` is what the fit held beyond that at its peak,
    `draw_gb` what drawing and writing held beyond what was there after the fit.
    """

    case: Case
    size: Size
    fit_seconds: float
    draw_seconds: float
    fit_cpu: float
    draw_cpu: float
    loaded_gb: float
    fit_gb: float
    draw_gb: float
    peak_gb: float

    @property
    def seconds(self) -> float:
        """Fit, draw and writing."""
        return self.fit_seconds + self.draw_seconds

    @property
    def cpu_seconds(self) -> float:
        """Processor time of both."""
        return self.fit_cpu + self.draw_cpu


def take(file: Path, case: Case, size: Size) -> Taken:
    """Measure one case at one size, in a process of its own that reads what it needs and no more."""
    with tempfile.TemporaryDirectory(prefix="specc-sizes-") as name:
        folder = Path(name)
        _store(folder, *enlarged(file, size.donors, size.recipients, size.targets))
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            return pool.submit(_taken, folder, case, size).result()


def _store(folder: Path, donors: Units, recipients: Units) -> None:
    np.save(folder / "giving.npy", donors.predictors)
    np.save(folder / "targets.npy", donors.blocks["all"])
    np.save(folder / "weights.npy", donors.weights)
    np.save(folder / "taking.npy", recipients.predictors)


def _taken(folder: Path, case: Case, size: Size) -> Taken:
    giving, targets, weights, taking = (
        np.load(folder / f"{name}.npy") for name in ("giving", "targets", "weights", "taking")
    )
    _warm_up(case, giving, targets, weights)
    reset_peak()
    loaded, clock, cpu = memory_now(), time.perf_counter(), time.process_time()
    fitted = imputer(case.kind, **case.parameters).fit(giving, targets, weights, stream(case.seed, "fit"))
    fit_seconds, fit_cpu = time.perf_counter() - clock, time.process_time() - cpu
    most = memory_peak()
    reset_peak()
    held, clock, cpu = memory_now(), time.perf_counter(), time.process_time()
    for number, column in enumerate(_columns(fitted, targets, taking, case.seed)):
        pl.DataFrame({"drawn": column}).write_parquet(folder / f"{number}.parquet")
    draw_seconds, draw_cpu = time.perf_counter() - clock, time.process_time() - cpu
    drawing = memory_peak()
    return Taken(
        case, size, fit_seconds, draw_seconds, fit_cpu, draw_cpu, loaded, most - loaded, drawing - held,
        max(most, drawing),
    )  # fmt: skip


def _warm_up(case: Case, giving: Predictors, targets: Floats, weights: Floats) -> None:
    """Load libraries and machine code, which a process does once whatever the size."""
    few, parameters = slice(0, 200), dict(case.parameters)
    if hasattr(imputer(case.kind), "trees"):
        parameters["trees"] = 2
    width = min(2, targets.shape[1])
    method = imputer(case.kind, **parameters)
    fitted = method.fit(giving[few], targets[few, :width].copy(), weights[few], stream(0, "warm"))
    fitted.sample(giving[few], stream(0, "warm"))


def _columns(fitted: Fitted, targets: Floats, taking: Predictors, seed: int) -> Iterator[Floats]:
    """Draw, and yield target by target; from donors, where the method can name them, as a step does."""
    if isinstance(fitted, Copying):
        chosen = fitted.choose(taking, stream(seed, "draw"))[0]
        yield from (targets[chosen, number] for number in range(targets.shape[1]))
    else:
        yield from fitted.sample(taking, stream(seed, "draw")).values[0].T
