"""Solvers by the name a bundle gives them."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

from runtime.calibration.solvers.protocol import Capabilities
from runtime.entry_points import made_by, plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runtime.calibration.solvers.protocol import Solver

ENTRY_POINT, GROUP = "entry_point", "specc.calibrators"
# Where each stands. One is imported when it is asked for: torch takes seconds to load.
_SOLVERS = {
    "dual": ("regularised", "Regularised"),
    "ipf": ("ipf", "Raking"),
    "microcalibrate": ("gradient", "Microcalibrate"),
    "l0": ("hard_concrete", "HardConcrete"),
    "exact_k": ("exact_k", "ExactK"),
}


def kinds() -> tuple[str, ...]:
    """Return the names `solver` understands, in the order in which the documentation lists them."""
    return (*_SOLVERS, ENTRY_POINT)


def solver(kind: str, **settings: Any) -> Solver:  # noqa: ANN401 - each solver's own
    """Build the solver `kind`.

    Args:
        kind: one of `kinds()`; docs/calibration.md says what each is good at.
        settings: the fields of the solver's dataclass; those not given keep their default.

    Raises:
        ValueError: an unknown kind or setting (the message lists the known ones), or a value out of range.
        NodeFailed: kind `entry_point`, and no package offers the solver in the version asked for.
    """
    if kind == ENTRY_POINT:
        return _plugin(**settings)
    if kind not in _SOLVERS:
        raise ValueError(f"there is no method `{kind}`; they are {', '.join(kinds())}")
    made = solver_of(kind)
    parameters = inspect.signature(made).parameters
    unknown = [name for name in settings if name not in parameters]
    if unknown:
        raise ValueError(f"method `{kind}` has no setting `{unknown[0]}`; it takes {', '.join(parameters)}")
    needed = [
        name for name, each in parameters.items() if each.default is each.empty and name not in settings
    ]
    if needed:
        raise ValueError(f"method `{kind}` needs `{needed[0]}`")
    built: Solver = made(**settings)
    return built


def solver_of(kind: str) -> Callable[..., Any]:
    """Return the class of a solver that is not an entry point."""
    module, name = _SOLVERS[kind]
    found: Callable[..., Any] = getattr(import_module(f"runtime.calibration.solvers.{module}"), name)
    return found


def _plugin(name: str, version: str, parameters: Mapping[str, Any] | None = None) -> Solver:
    make = plugin(GROUP, "solver", name, version)
    page, where = "docs/calibration.md", "method"
    return made_by("solver", name, lambda: _made(make, parameters or {}), _check, page=page, where=where)


def _made(make: Callable[..., Any], parameters: Mapping[str, Any]) -> Solver:
    built: Solver = make(**parameters)
    return built


def _check(made: object) -> None:
    for needed in ("memory", "solve"):
        if not callable(getattr(made, needed, None)):
            raise TypeError(f"{type(made).__name__} has no method `{needed}`")
    if not isinstance(getattr(made, "capabilities", None), Capabilities):
        raise TypeError(f"{type(made).__name__} has no `capabilities`, which say what it keeps")
