"""Every registered solver keeps what the published conformance suite holds solvers to."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from runtime.calibration.conformance import CHECKS, Subject, name_of
from runtime.calibration.solvers import kinds, solver
from runtime.calibration.solvers.registry import ENTRY_POINT, solver_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Small settings of every registered solver, one a way of working; a solver without an entry fails here.
SMALL: dict[str, tuple[dict[str, Any], ...]] = {
    "dual": (
        {"penalty": 0.1},
        {"penalty": 0.1, "distance": "chi_square"},
    ),
    "ipf": ({},),
    "microcalibrate": ({"epochs": 150, "learning_rate": 0.02},),
    "l0": ({"records": 60, "epochs": 30, "tries": 3, "learning_rate": 0.3, "penalty": 0.1},),
    "exact_k": ({"records": 50, "penalty": 0.1},),
}
NEEDS = {"microcalibrate": "microcalibrate", "l0": "l0"}


def _marks(kind: str) -> list[pytest.MarkDecorator]:
    package = NEEDS.get(kind)
    missing = package is not None and find_spec(package) is None
    return [pytest.mark.skipif(missing, reason=f"{package} is not installed: pip install 'specc[{kind}]'")]


SUBJECTS = [
    pytest.param(Subject(partial(solver_of(kind), **small)), id=f"{kind}{number or ''}", marks=_marks(kind))
    for kind in kinds()
    if kind != ENTRY_POINT
    for number, small in enumerate(SMALL[kind])
]


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_solvers_conform(subject: Subject, check: Callable[[Subject], None]) -> None:
    """What the check says."""
    check(subject)


def test_an_unknown_kind_lists_the_known() -> None:
    """A misspelt kind shows what there is."""
    with pytest.raises(ValueError, match=r"there is no method `ipv`; they are dual, ipf, .*entry_point"):
        solver("ipv")


def test_an_unknown_setting_is_named() -> None:
    """So does a misspelt setting."""
    with pytest.raises(ValueError, match="method `ipf` has no setting `steps`; it takes precision, sweeps"):
        solver("ipf", steps=3)
