"""The refusal of a solver that meets all facts or none: which facts fight which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from runtime.calibration.conflicts import conflicts
from runtime.calibration.dual import DualOptions, solve
from runtime.calibration.support import fact_label

if TYPE_CHECKING:
    from runtime.calibration.conflicts import Conflict
    from runtime.calibration.problem import Problem

_NAMED, _SOFT = 5, 1e-3


class Unmet(ValueError):  # noqa: N818 - named as what it says
    """Facts that no weights meet, of a solver that does without a compromise."""


def unmet(problem: Problem, what: str) -> Unmet:
    """Return the refusal.

    The facts are those that the closest compromise misses, with what stands against each: it is solved for.
    """
    exact, options = replace(problem, exact=np.ones(len(problem.targets), bool)), DualOptions()
    nearest = solve(exact, options)
    if not nearest.converged:  # facts that contradict each other by far: met as well as float64 allows
        exact, options = replace(problem, exact=None), DualOptions(_SOFT)
        nearest = solve(exact, options)
    found = conflicts(exact, nearest.multipliers, options, most=_NAMED)
    if not found:
        return Unmet(
            f"{what}, though there are weights that nearly meet them: choose `dual`, or raise `sweeps`"
        )
    remedy = "leave out one of those that contradict each other, or choose `dual`, which compromises"
    return Unmet("; ".join([what, *(_named(problem, each) for each in found), remedy]))


def _named(problem: Problem, found: Conflict) -> str:
    missed = f"{fact_label(problem.names, found.fact)} is missed by {found.miss:+.2%} at best"
    against = None if found.against is None else fact_label(problem.names, found.against)
    return missed if against is None else f"{missed}, against it {against}"
