"""What a package imports to offer a calibration method of its own: docs/calibration.md has an example."""

from __future__ import annotations

from runtime.calibration.gram import matvec, rmatvec
from runtime.calibration.problem import Problem, miss_scale
from runtime.calibration.solvers.protocol import Capabilities, Limits, Measure, Solved, Solver
from runtime.calibration.solvers.unmet import Unmet, unmet

__all__ = [
    "Capabilities",
    "Limits",
    "Measure",
    "Problem",
    "Solved",
    "Solver",
    "Unmet",
    "matvec",
    "miss_scale",
    "rmatvec",
    "unmet",
]
