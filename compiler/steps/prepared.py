"""Frames that are prepared to be donors: a pipeline of their own, walked when somebody first asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.frame import Frame

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.frames import PreparedFrame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition

MONEY = "currency-USD"


def prepared_donor(context: Context, imputation: Definition[Imputation], period: int | None) -> Frame | None:
    """Return the prepared frame that an imputation draws from; `period` is that of the recipient."""
    name, span = imputation.spec.donor.frame or "", imputation.at("donor", "frame")
    frame = _frame(context, name, span)
    if frame is not None:
        _check_period(context, imputation, frame, period)
    return frame


def check_unused(context: Context) -> None:
    """Check the frames that nobody draws from like the others; they come into no plan."""
    for name, definition in context.recipe.frames.items():
        if name not in context.prepared and not context.incomplete:
            nodes, reads = dict(context.nodes), set(context.reads)
            _walked(context, definition)
            context.nodes, context.reads = nodes, reads
            context.prepared.pop(name)


def _frame(context: Context, name: str, span: Span) -> Frame | None:
    definition: Definition[PreparedFrame] | None = context.find("frames", name, span)
    if definition is None:
        return None
    if name in context.open:
        _say_circle(context, definition, span)
        return None
    if name not in context.prepared:
        _walked(context, definition)
    stages = context.prepared[name]
    return stages[-1].frame if stages and stages[-1].frame.rows else None


def _say_circle(context: Context, definition: Definition[PreparedFrame], span: Span) -> None:
    # What the frame would hold depends on itself: nothing else can be said of it.
    context.incomplete = True
    by = context.open[-1]
    itself = "itself" if by == definition.name else f"`{by}`, which draws from it"
    message = f"the frame `{definition.name}` draws from {itself}"
    related = (Related(definition.key, "the frame"),)
    context.say("SPC432", message, span, "draw from a source, or from a frame before it", related=related)


def _walked(context: Context, definition: Definition[PreparedFrame]) -> None:
    """Walk a frame's pipeline beside the dataset's: nothing of the one is seen in the other."""
    # The steps of a pipeline lead here, and from here to the steps.
    from compiler.walk import walk  # noqa: PLC0415

    outside = (context.frame, context.stages, context.held, context.sample)
    context.frame, context.stages, context.held, context.sample = Frame(()), [], [], None
    context.open.append(definition.name)
    walk(context, definition)
    context.open.pop()
    context.prepared[definition.name] = tuple(context.stages)
    context.frame, context.stages, context.held, context.sample = outside


def _check_period(
    context: Context, imputation: Definition[Imputation], donor: Frame, period: int | None
) -> None:
    """Say where what is drawn is in the money of another year; of predictors the imputation speaks itself."""
    for name in imputation.spec.drawn:
        column = donor.columns.get(name)
        if column is not None and column.unit == MONEY and period not in (None, column.period):
            message = (
                f"`{name}` of the donor is in USD of {column.period}, the recipient's amounts of {period}"
            )
            help_ = f"add `uprate:` to the pipeline of `{imputation.spec.donor.frame}`"
            context.say("SPC406", message, imputation.at("donor", "frame"), help_)
            return
