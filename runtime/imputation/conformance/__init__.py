"""What an imputation method is held to, as checks that anybody can run on their own.

With pytest:

    SUBJECT = Subject(partial(AcmeForest, trees=8))

    @pytest.mark.parametrize("check", CHECKS, ids=name_of)
    def test_acme_forest_keeps_what_imputers_promise(check):
        check(SUBJECT)

A check raises `AssertionError` with what was expected and what came instead. None is left out for a method
that promises less: a method's `capabilities` say which of two things it is held to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.imputation.conformance import draws, refusals, repeats, shapes, values, weights
from runtime.imputation.conformance.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS: tuple[Callable[[Subject], None], ...] = (
    *shapes.CHECKS, *weights.CHECKS, *values.CHECKS, *draws.CHECKS, *repeats.CHECKS, *refusals.CHECKS,
)  # fmt: skip

__all__ = ["CHECKS", "Subject", "name_of"]


def name_of(check: Callable[[Subject], None]) -> str:
    """Return what a check is called in a test report."""
    return check.__name__
