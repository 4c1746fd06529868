"""What nodes are expected to take: a stated model, fitted to whole runs of `specs/us_open` on two cores.

`rows` counts what a source has a row for, tax units mostly. A run measures what nodes really take and says
so in their manifests, beside what the model had said; views of a plan show that instead (`specc.prices`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.plan.measured import MEASURED

Basis = Literal["model", "measured"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a node is expected to take: seconds on two cores, bytes of memory at its peak.

    `basis` says how that is known. In a plan it is always the model, so that a plan is the same everywhere.
    """

    seconds: float
    memory: int
    basis: Basis = "model"


# Operation to (seconds, seconds a row, bytes, bytes a row).
_LINEAR = {
    "file": (3.0, 0.0, 1e8, 0.0),
    "population": (1.0, 3e-5, 1.5e8, 3000.0),
    "units": (3.0, 1.7e-4, 4e8, 3000.0),
    "sample": (0.2, 2e-6, 1.5e8, 500.0),
    "clone": (0.2, 4e-6, 1.5e8, 500.0),
    "constrain": (0.3, 2e-5, 2e8, 1500.0),
    "derive": (0.3, 1e-5, 2e8, 1500.0),
    "draw": (0.3, 5e-6, 2e8, 1000.0),
    "uprate": (0.2, 4e-6, 1.5e8, 500.0),
    "facts": (0.2, 0.0, 1.5e8, 0.0),
    "matrix": (0.5, 3e-5, 3e8, 6000.0),
    "calibrate": (1.5, 1.5e-5, 3e8, 5000.0),
    "replicate": (1.5, 1e-5, 3e8, 6000.0),
    "rotate": (1.5, 1e-5, 3e8, 6000.0),
    # Other methods than the dual, measured on 28,000 and 280,000 records (benchmarks/calibration/METHODS.md).
    "calibrate.ipf": (1.5, 2e-4, 3e8, 5000.0),
    "calibrate.microcalibrate": (5.0, 3e-4, 9e8, 5000.0),
    "calibrate.l0": (5.0, 6e-4, 9e8, 5000.0),
    "calibrate.exact_k": (1.5, 2e-4, 4e8, 5000.0),
    "export": (0.3, 1e-5, 2e8, 4000.0),
    "validate": (0.2, 4e-6, 2e8, 1500.0),
}
# Bytes a row of what an imputation holds beside its method, as tables, ids and flags: with that, whole runs
# of `specs/us_open` took what is expected.
_SIDES = 500
_UNMEASURED = "forest"
_ENGINE_START = 40.0
_ENGINE_MEMORY = 1.35e9
_UNITS_A_HOUSEHOLD = 1.4


def linear(operation: str, rows: float = 0) -> Estimate:
    """Return the estimate of an operation whose cost grows with its rows."""
    seconds, seconds_a_row, memory, memory_a_row = _LINEAR[operation]
    return Estimate(round(seconds + rows * seconds_a_row, 1), int(memory + rows * memory_a_row))


def imputation(kind: str, donors: float, recipients: float, targets: int, trees: int | None) -> Estimate:
    """Return the estimate of one block: what is learnt from donors, what is drawn for recipients.

    `trees` are those of a method that grows them. By what `benchmarks/imputation/costs.py` measured of each
    method; of one of somebody's own nobody knows what it takes: as much as the forest.
    """
    taking = MEASURED[kind if kind in MEASURED else _UNMEASURED]
    grown = 1.0 if trees is None else trees / taking.trees
    learnt = donors**taking.growth * _for(taking.fit, targets) * grown / taking.threads
    seconds = 1 + learnt + recipients * _for(taking.draw, targets)
    giving, receiving = _for(taking.giving, targets) * max(1, grown), _for(taking.taking, targets)
    return Estimate(
        round(seconds, 1), int(3e8 + donors * (_SIDES + giving) + recipients * (_SIDES + receiving))
    )


def _for(parts: tuple[float, float], targets: int) -> float:
    """Return what a row takes: a part that it takes whatever is drawn, and one a target."""
    return parts[0] + parts[1] * targets


def engine(rows: float, households_per_chunk: int, workers: int) -> Estimate:
    """Return the estimate of computing engine variables: every worker holds the engine and one chunk."""
    chunk = min(rows, households_per_chunk * _UNITS_A_HOUSEHOLD)
    busy = max(1, min(workers, round(rows / max(chunk, 1))))
    memory = busy * _engine_worker(chunk)
    return Estimate(round(_ENGINE_START + rows * 1.6e-3 / busy, 1), int(memory))


def engine_worker(households_per_chunk: int) -> float:
    """Return the bytes that one worker is expected to hold, with a chunk that is full."""
    return _engine_worker(households_per_chunk * _UNITS_A_HOUSEHOLD)


def _engine_worker(units: float) -> float:
    return _ENGINE_MEMORY + 75_000 * units
