"""One way through a pipeline, the dataset's own or that of a frame which is prepared to be a donor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from compiler.frame import Stage
from compiler.steps.calibrate import calibrate
from compiler.steps.clone import clone
from compiler.steps.engine import materialise
from compiler.steps.finish import export, validate
from compiler.steps.impute import impute
from compiler.steps.order import steps_in_order
from compiler.steps.scaffold import scaffold
from compiler.steps.uprate import uprate
from compiler.typed import frame_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.bundle import Bundle
    from compiler.model.frames import PreparedFrame
    from compiler.model.recipe import Definition


# Loaded where a pipeline has such a step: lint of the others does not pay for them.
def _constrain(context: Context, name: str, span: Span) -> None:
    from compiler.steps.constrain import constrain  # noqa: PLC0415

    constrain(context, name, span)


def _derive(context: Context, name: str, span: Span) -> None:
    from compiler.steps.derive import derive  # noqa: PLC0415

    derive(context, name, span)


def _draw(context: Context, name: str, span: Span) -> None:
    from compiler.steps.draw import draw  # noqa: PLC0415

    draw(context, name, span)


STEPS: dict[str, Callable[[Context, str, Span], None]] = {
    "scaffold": scaffold, "clone": clone, "impute": impute, "constrain": _constrain, "uprate": uprate,
    "derive": _derive, "draw": _draw,
    "materialise": materialise, "calibrate": calibrate, "export": export, "validate": validate,
}  # fmt: skip


def walk(context: Context, pipeline: Definition[Bundle] | Definition[PreparedFrame]) -> None:
    """Carry out every step of a pipeline on the context's frame; remember the frame after each."""
    for kind, name, span in steps_in_order(context, pipeline):
        STEPS[kind](context, name, span)
        values = partial(frame_values, context, context.frame, frozenset(context.frame.views))
        context.stages.append(Stage(kind, name, span, context.frame, values))
        _still_hold(context, kind, name, span)


def _still_hold(context: Context, kind: str, name: str, span: Span) -> None:
    if context.held:
        from compiler.steps.undone import still_hold  # noqa: PLC0415

        still_hold(context, kind, name, span)
