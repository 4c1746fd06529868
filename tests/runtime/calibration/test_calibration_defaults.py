"""What the language writes out as a default is what the solver takes."""

from __future__ import annotations

from compiler.model.finish import Dual
from runtime.calibration.dual import DEFAULT_PENALTY


def test_the_penalty_that_a_plan_shows_is_the_solvers() -> None:
    """A bundle that says nothing gets one price of a miss, said in the plan."""
    assert Dual(kind="dual").penalty == DEFAULT_PENALTY
