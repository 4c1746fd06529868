"""`uprate:` amounts of one year become amounts of another, each by the index declared for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.frame import by_entity
from compiler.plan import Inputs, Node, cost
from compiler.steps.files import file_node, known_column, locked, raw_types
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.upratings import Uprating

MONEY = "currency-USD"


def uprate(context: Context, name: str, span: Span) -> None:
    """Move the frame to the bundle's period."""
    uprating: Definition[Uprating] | None = context.find("upratings", name, span)
    if uprating is None or not context.frame.rows:
        return
    _moves_something(context, uprating)
    context.frame = uprated(
        context, context.frame, uprating, context.period, context.address(f"uprate.{name}")
    )
    _complete(context, uprating, span)


def uprated(
    context: Context,
    frame: Frame,
    uprating: Definition[Uprating],
    to: int,
    address: str,
    only: set[str] | None = None,
) -> Frame:
    """Add the node that moves a frame's amounts, or `only` some, to the year `to`; return the frame after."""
    factors = uprating.spec.factors
    table: Definition[Source] | None = context.find(
        "sources", factors.source, uprating.at("factors", "source")
    )
    candidates = frame.columns.keys() if only is None else only & frame.columns.keys()
    index_of = uprating.spec.index_of
    moved = [c for n in sorted(candidates & index_of.keys()) if (c := frame.columns[n]).period != to]
    if table is None or not moved:
        return frame
    context.add(Node(
        address=address, operation="uprate", version=1,
        parameters={"year": factors.year, "concept": factors.concept,
                    "moves": [[column.name, index_of[column.name], column.period, to] for column in moved],
                    "read": _read_of_table(context, uprating, table)},
        inputs=Inputs({"frame": frame.slice({column.name for column in moved})},
                      {"factors": file_node(context, table)}),
        outputs=by_entity(moved), estimate=cost.linear("uprate", frame.size), place=str(uprating.key),
    ))  # fmt: skip
    return frame.with_columns([replace(column, period=to, ref=frame.ref(address)) for column in moved])


def _read_of_table(
    context: Context, uprating: Definition[Uprating], table: Definition[Source]
) -> dict[str, str]:
    """Return the types of what is read of the table of factors; say which columns it does not have."""
    lock, year = locked(context, table), uprating.spec.factors.year
    if lock is None:
        return {}
    known_column(context, table, lock, year, uprating.at("factors", "year"))
    for index in uprating.spec.by:
        known_column(context, table, lock, index, uprating.key_at("by", index))
    return raw_types(lock, {year, *uprating.spec.by})


def _moves_something(context: Context, uprating: Definition[Uprating]) -> None:
    seen: dict[str, str] = {}
    for index, variables in uprating.spec.by.items():
        if not variables:
            place = uprating.key_at("by", index)
            context.say("SPC505", f"the index `{index}` moves nothing", place, "name what it moves")
        for position, name in enumerate(variables):
            span = uprating.at("by", index, position)
            if seen.setdefault(name, index) != index:
                message = f"`{name}` is moved by both `{seen[name]}` and `{index}`"
                context.say("SPC404", message, span, "keep one of the two")
            _is_there(context, name, span)
    for name in uprating.spec.unchanged:
        _is_there(context, name, uprating.key_at("unchanged", name))


def _is_there(context: Context, name: str, span: Span) -> None:
    if name not in context.frame.columns and not context.may_exist(name):
        help_ = did_you_mean(name, context.frame.columns) or "remove it"
        context.say(
            "SPC505", f"`{name}` is not in the frame: it cannot be moved or left unchanged", span, help_
        )


def _complete(context: Context, uprating: Definition[Uprating], span: Span) -> None:
    for name, column in sorted(context.frame.columns.items()):
        stays = column.unit == MONEY and column.period != context.period
        # What the engine computes should not be there in the first place.
        owned = (variable := context.engine.get(name)) is not None and variable.computed
        if stays and not owned and name not in uprating.spec.unchanged and not context.incomplete:
            context.stale.add(name)
            context.say(
                "SPC403",
                f"`{name}` stays in USD of {column.period} while the dataset is of {context.period}",
                span,
                f"add `{name}` to an index of `{uprating.name}`, or to its `unchanged:` with a note",
            )
    stamped = [
        replace(c, period=context.period)
        for c in context.frame.columns.values()
        if c.name in uprating.spec.unchanged
    ]
    context.frame = context.frame.with_columns(stamped)
