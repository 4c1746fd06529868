"""What a calibration solver is held to, as checks that anybody can run on their own.

With pytest:

    SUBJECT = Subject(partial(AcmeSolver, steps=50))

    @pytest.mark.parametrize("check", CHECKS, ids=name_of)
    def test_acme_solver_keeps_what_solvers_promise(check):
        check(SUBJECT)

A check raises `AssertionError` with what was expected and what came instead. None is left out for a solver
that keeps less: what its `capabilities` do not say has to be refused, by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.calibration.conformance import facts, limits, records, repeats, sizes
from runtime.calibration.conformance.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS: tuple[Callable[[Subject], None], ...] = (
    *records.CHECKS, *facts.CHECKS, *limits.CHECKS, *repeats.CHECKS, *sizes.CHECKS,
)  # fmt: skip

__all__ = ["CHECKS", "Subject", "name_of"]


def name_of(check: Callable[[Subject], None]) -> str:
    """Return what a check is called in a test report."""
    return check.__name__
