"""What copies start from in a calibration, and whether they can get anywhere from there."""

from __future__ import annotations

from math import exp, inf
from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.calibrators import Microcalibrate
from compiler.steps.cloned import clones_made

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.calibrators import Calibrator
    from compiler.model.finish import Calibration
    from compiler.model.recipe import Definition


# What of its original's weight a copy has to be able to reach.
_PLACE = 0.1


def check_starts(context: Context, definition: Definition[Calibration]) -> None:
    """Say where a method cannot bring a copy to a tenth of the weight that its original began with."""
    method = definition.spec.method
    highest = _highest_ratio(method)
    for clone in clones_made(context):
        twin = clone.spec.internal_start.twin
        if highest * twin >= _PLACE:
            continue
        message = (
            f"`{method.kind}` multiplies a weight by {highest:.6g} at most, so that a copy of "
            f"`{clone.name}`, which starts from {twin:g} of a weight, could never have a tenth of one"
        )
        help_ = f"let copies start from {_PLACE / highest:.2g} or more, or let weights move further"
        related = (Related(definition.key_at("method"), "the method"),)
        context.say("SPC455", message, clone.at("internal_start", "twin"), help_, related=related)


def _highest_ratio(method: Calibrator) -> float:
    """Return what a method multiplies a start weight by at most."""
    if isinstance(method, Microcalibrate):
        reach = method.epochs * method.learning_rate
        return inf if method.noise_level or reach > 700 else exp(reach)
    bounds = getattr(method, "bounds", None)
    return inf if bounds is None else float(bounds[1])
