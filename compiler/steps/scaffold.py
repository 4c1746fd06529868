"""`scaffold:` the rows that the dataset starts from; with a sample, whole households of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan import Inputs, Node, cost
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT, population

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source


def scaffold(context: Context, name: str, span: Span) -> None:
    """Start the frame from a source."""
    source: Definition[Source] | None = context.find("sources", name, span)
    frame = population(context, source) if source else None
    if frame is None:
        return
    context.frame = frame if context.sample is None else _sampled(context, frame, context.sample)


def _sampled(context: Context, frame: Frame, share: float) -> Frame:
    weights = tuple(name for name in (WEIGHT, INTERNAL_WEIGHT) if name in frame.columns)
    internal = {"internal": INTERNAL_WEIGHT} if INTERNAL_WEIGHT in weights else {}
    address = context.add(Node(
        address="sample", operation="sample", version=1,
        parameters={"share": share, "of": "household", "weight": WEIGHT, **internal},
        inputs=Inputs({"frame": frame.slice({*weights})}), outputs={"household": weights}, stream="sample",
        estimate=cost.linear("sample", frame.size),
    ))  # fmt: skip
    after = frame.with_rows(address, share)
    return after.with_columns([frame.columns[name]._replace(ref=after.ref(address)) for name in weights])
