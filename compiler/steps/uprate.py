"""`uprate:` amounts of one year become amounts of another, each by the index declared for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.frame import by_entity
from compiler.plan import Inputs, Node, cost
from compiler.steps.facts import entity_of
from compiler.steps.files import file_node, known_column, locked, raw_types
from compiler.suggest import closest, did_you_mean, hint

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
    _say_moved_already(context, uprating, span)
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
    if table is None:
        return in_money_of(frame, to)
    if not moved:
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
    return frame.with_columns([column._replace(period=to, ref=frame.ref(address)) for column in moved])


def in_money_of(frame: Frame, year: int) -> Frame:
    """Return a frame as if its amounts had been moved: where what would move them is broken or missing."""
    columns = frame.columns.values()
    return frame.with_columns([column._replace(period=year) for column in columns if column.unit == MONEY])


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
    if not uprating.spec.by:
        message = f"`{uprating.name}` moves nothing: it names no variables, and only ages facts"
        context.say("SPC505", message, uprating.key, "add `by:`, or remove the step")
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


def _say_moved_already(context: Context, uprating: Definition[Uprating], span: Span) -> None:
    """Say that a step does nothing, where all it would move is of the year that it moves to."""
    columns = context.frame.columns
    periods = {columns[name].period for name in uprating.spec.index_of if name in columns}
    if periods == {context.period} and not context.incomplete:
        message = f"`{uprating.name}` moves nothing: all that it moves is of {context.period} already"
        context.say("SPC505", message, span, "remove the step")


def _is_there(context: Context, name: str, span: Span) -> None:
    if name not in context.frame.columns and not context.may_exist(name):
        exists = entity_of(context, name) is not None
        columns = context.frame.columns
        help_ = hint(name, columns, "remove it") if exists else did_you_mean(name, columns) or "remove it"
        # Only the misspelling is to blame for what is not moved.
        context.misspelt.update([] if exists else closest(name, columns))
        context.say(
            "SPC505", f"`{name}` is not in the frame: it cannot be moved or left unchanged", span, help_
        )


def is_misspelt(context: Context, name: str | None, column: str) -> bool:
    """Tell whether an uprating lists a name that nobody knows in place of a column's, which is said of it."""
    uprating = context.recipe.upratings.get(name or "")
    listed = () if uprating is None else (*uprating.spec.index_of, *uprating.spec.unchanged)
    return any(entity_of(context, other) is None and closest(other, [column]) for other in listed)


def _complete(context: Context, uprating: Definition[Uprating], span: Span) -> None:
    for name, column in sorted(context.frame.columns.items()):
        stays = column.unit == MONEY and column.period != context.period
        # What the engine computes should not be there in the first place.
        owned = (variable := context.engine.get(name)) is not None and variable.computed
        if stays and not owned and name not in uprating.spec.unchanged and not context.incomplete:
            context.stale.add(name)
            if name in context.misspelt:
                continue
            context.say(
                "SPC403",
                f"`{name}` stays in USD of {column.period} while the dataset is of {context.period}",
                span,
                f"add `{name}` to an index of `{uprating.name}`, or to its `unchanged:` with a note",
            )
    stamped = [
        c._replace(period=context.period)
        for c in context.frame.columns.values()
        if c.name in uprating.spec.unchanged
    ]
    context.frame = context.frame.with_columns(stamped)
