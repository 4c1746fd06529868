"""The compiler, which loads no solver, and the solvers say the same of each method."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, get_args

import pytest

from compiler.model.calibrators import CHOOSE, MEET_ALL, NO_EXACT, Calibrator
from runtime.calibration.dual import DEFAULT_PENALTY
from runtime.calibration.methods import options
from runtime.calibration.solvers.registry import ENTRY_POINT, kinds, solver_of
from specc.checks import METHOD_PACKAGES

if TYPE_CHECKING:
    from compiler.model.base import Spec

MODELS: dict[str, type[Spec]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(get_args(Calibrator)[0])
}
NEEDED: dict[str, dict[str, Any]] = {"l0": {"records": 7}, "exact_k": {"records": 7}}
OWN = [kind for kind in kinds() if kind != ENTRY_POINT]
LIMITS = {"bounds", "weight_bounds", "mass", "kind"}


def test_every_kind_is_in_the_language() -> None:
    """And none is that nobody solves."""
    assert list(MODELS) == list(kinds())


def test_the_penalty_of_the_language_is_that_of_the_solver() -> None:
    """Which was chosen on evidence."""
    assert MODELS["dual"].model_fields["penalty"].default == DEFAULT_PENALTY


@pytest.mark.parametrize("kind", OWN)
def test_defaults_of_the_language_are_those_of_the_solver(kind: str) -> None:
    """A setting that a bundle leaves out is what Python leaves out."""
    model = MODELS[kind].model_validate({"kind": kind, **NEEDED.get(kind, {})})
    said = {name: value for name, value in model.model_dump().items() if name not in LIMITS}
    built = solver_of(kind)(**NEEDED.get(kind, {}))
    theirs = {field.name: getattr(built, field.name) for field in dataclasses.fields(built)}
    assert said == {name: value for name, value in theirs.items() if name in said}


@pytest.mark.parametrize("kind", OWN)
def test_what_the_compiler_refuses_is_what_the_solver_cannot_keep(kind: str) -> None:
    """The finding comes before the run, and the two agree."""
    can = options({"kind": kind, **NEEDED.get(kind, {})}).solver.capabilities
    assert (kind in NO_EXACT) == (not can.exact)
    assert (kind in CHOOSE) == (can.support == "chosen")
    assert (kind in MEET_ALL) == (can.infeasible == "refused")
    fields = set(MODELS[kind].model_fields)
    assert {"bounds" in fields, "weight_bounds" in fields} == {can.ratios and can.weights}
    assert ("mass" in fields) == can.mass


def test_packages_are_named_for_methods_that_exist() -> None:
    """What `specc plan` asks to be installed."""
    assert set(METHOD_PACKAGES) <= set(MODELS)
