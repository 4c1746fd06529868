"""`uprate:` amounts of one year become amounts of another, each by the index declared for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import by_entity
from compiler.plan import Inputs, Node, cost
from compiler.steps.factors import table_rule
from compiler.steps.facts import entity_of
from compiler.steps.files import file_node
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT
from compiler.suggest import closest, did_you_mean, hint

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Column, Frame
    from compiler.model.recipe import Definition, Step
    from compiler.model.sources import Source
    from compiler.model.upratings import Uprating

MONEY = "currency-USD"
_WEIGHTS = frozenset({WEIGHT, INTERNAL_WEIGHT})


def uprate(context: Context, name: str, span: Span) -> None:
    """Move the frame to the uprating's own year, or to the bundle's period."""
    uprating: Definition[Uprating] | None = context.find("upratings", name, span)
    if uprating is None or not context.frame.rows:
        return
    _moves_something(context, uprating)
    _say_moved_already(context, uprating, span)
    context.frame = uprated(
        context, context.frame, uprating, target_year(context, uprating), context.address(f"uprate.{name}")
    )
    _complete(context, uprating, span)


def target_year(context: Context, uprating: Definition[Uprating]) -> int:
    """Return the year that a step moves the frame to."""
    return uprating.spec.to or context.period


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
    weights = set() if uprating.spec.weights is None else _WEIGHTS & frame.columns.keys()
    names = sorted((candidates & uprating.spec.moved) | weights)
    moved = [c for n in names if (c := frame.columns[n]).period != to]
    if table is None:
        return in_money_of(frame, to)
    if not moved:
        return frame
    context.add(Node(
        address=address, operation="uprate", version=1,
        parameters=table_rule(context, uprating, table) | _moves(uprating, moved, to),
        inputs=Inputs({"frame": frame.slice({column.name for column in moved})},
                      {"factors": file_node(context, table)}),
        outputs=by_entity(moved), estimate=cost.linear("uprate", frame.size), place=str(uprating.key),
    ))  # fmt: skip
    return frame.with_columns([column._replace(period=to, ref=frame.ref(address)) for column in moved])


def _moves(uprating: Definition[Uprating], moved: list[Column], to: int) -> dict[str, Any]:
    """Return what is moved: by an index, below zero by another, steadily; the weights."""
    spec, found = uprating.spec, dict[str, Any](moves=[])
    losses, steady = spec.index_of_losses, spec.steady_growth
    for column in moved:
        name, years = column.name, [column.period, to]
        if column.name in _WEIGHTS:
            found.setdefault("weights", []).append([name, spec.weights, *years])
        elif name in steady:
            found.setdefault("steady", []).append([name, steady[name], *years])
        else:
            found["moves"].append([name, spec.index_of[name], *years])
            if name in losses:
                found.setdefault("losses", []).append([name, losses[name], *years])
    return found | ({} if spec.factors.per is None else {"per": spec.factors.per})


def in_money_of(frame: Frame, year: int) -> Frame:
    """Return a frame as if its amounts had been moved: where what would move them is broken or missing."""
    columns = frame.columns.values()
    return frame.with_columns([column._replace(period=year) for column in columns if column.unit == MONEY])


def _moves_something(context: Context, uprating: Definition[Uprating]) -> None:
    lists: dict[str, tuple[str, tuple[Step, ...], tuple[str, ...]]] = {
        index: (f"the index `{index}`", ("by", index), names) for index, names in uprating.spec.by.items()
    }
    for number, rule in enumerate(uprating.spec.steady):
        lists[f"a steady growth of {rule.growth:g}"] = (
            "a steady growth", ("steady", number, "variables"), rule.variables
        )  # fmt: skip
    seen: dict[str, str] = {}
    if not lists and uprating.spec.weights is None:
        message = f"`{uprating.name}` moves nothing: it names no variables, and only ages facts"
        context.say("SPC505", message, uprating.key, "add `by:`, or remove the step")
    for index, (what, path, variables) in lists.items():
        if not variables:
            context.say("SPC505", f"{what} moves nothing", uprating.key_at(*path), "name what it moves")
        _moved_once(context, uprating, index, path, variables, seen)
    for name in uprating.spec.unchanged:
        _is_there(context, name, uprating.key_at("unchanged", name))
    _check_losses(context, uprating)


def _moved_once(
    context: Context,
    uprating: Definition[Uprating],
    index: str,
    path: tuple[Step, ...],
    variables: tuple[str, ...],
    seen: dict[str, str],
) -> None:
    for position, name in enumerate(variables):
        span = uprating.at(*path, position)
        if seen.setdefault(name, index) != index:
            message = f"`{name}` is moved by both `{seen[name]}` and `{index}`"
            context.say("SPC404", message, span, "keep one of the two")
        _is_there(context, name, span)


def _check_losses(context: Context, uprating: Definition[Uprating]) -> None:
    """Say whose losses are moved, but nothing else of it, or by two indices."""
    seen: dict[str, str] = {}
    for index, variables in uprating.spec.losses.items():
        for position, name in enumerate(variables):
            span = uprating.at("losses", index, position)
            if seen.setdefault(name, index) != index:
                message = f"losses of `{name}` are moved by both `{seen[name]}` and `{index}`"
                context.say("SPC404", message, span, "keep one of the two")
            elif name not in uprating.spec.index_of:
                message = f"the losses of `{name}` are moved, its gains by no index"
                context.say("SPC505", message, span, f"add `{name}` to an index of `by:`")


def _say_moved_already(context: Context, uprating: Definition[Uprating], span: Span) -> None:
    """Say that a step does nothing, where all it would move is of the year that it moves to."""
    columns = context.frame.columns
    year = target_year(context, uprating)
    periods = {columns[name].period for name in uprating.spec.moved if name in columns}
    if periods == {year} and not context.incomplete:
        message = f"`{uprating.name}` moves nothing: all that it moves is of {year} already"
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
    listed = () if uprating is None else (*uprating.spec.moved, *uprating.spec.unchanged)
    return any(entity_of(context, other) is None and closest(other, [column]) for other in listed)


def _complete(context: Context, uprating: Definition[Uprating], span: Span) -> None:
    year = target_year(context, uprating)
    for name, column in sorted(context.frame.columns.items()):
        stays = column.unit == MONEY and column.period != year
        # What the engine computes should not be there in the first place.
        owned = (variable := context.engine.get(name)) is not None and variable.computed
        if stays and not owned and name not in uprating.spec.unchanged and not context.incomplete:
            context.stale.add(name)
            if name in context.misspelt:
                continue
            whose = "the dataset is" if uprating.spec.to is None else "the others become those"
            context.say(
                "SPC403",
                f"`{name}` stays in USD of {column.period} while {whose} of {year}",
                span,
                f"add `{name}` to an index of `{uprating.name}`, or to its `unchanged:` with a note",
            )
    stamped = [
        c._replace(period=year) for c in context.frame.columns.values() if c.name in uprating.spec.unchanged
    ]
    context.frame = context.frame.with_columns(stamped)
