"""Solvers: `dual` and those beside it, behind one protocol and one conformance suite."""

from __future__ import annotations

from runtime.calibration.solvers.protocol import Capabilities, Limits, Solved, Solver
from runtime.calibration.solvers.registry import kinds, solver
from runtime.calibration.solvers.solving import OverBudget, Unsupported, solve
from runtime.calibration.solvers.unmet import Unmet

__all__ = [
    "Capabilities",
    "Limits",
    "OverBudget",
    "Solved",
    "Solver",
    "Unmet",
    "Unsupported",
    "kinds",
    "solve",
    "solver",
]
