"""`draw:` flags drawn with a rate, and values drawn from a published table; a node a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import SQL_TYPES
from compiler.model.distributions import Number
from compiler.model.draws import Flag, FromTable, RateTable
from compiler.plan import Inputs, Node, cost
from compiler.steps.drawn_tables import rate_table, value_table
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT
from compiler.steps.sets import levels, money_period, reads, say_unread, stored_facts, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Column, Frame
    from compiler.model.draws import DrawSet
    from compiler.model.recipe import Definition, Step
    from compiler.steps.facts import Facts

    Written = tuple[str, tuple[Step, ...]]


def draw(context: Context, name: str, span: Span) -> None:
    """Draw a set of variables; every one has a node and a stream of its own."""
    definition: Definition[DrawSet] | None = context.find("draws", name, span)
    if definition is None or not context.frame.rows:
        return
    read = {v: _read(context, definition, v) for v in definition.spec.values}
    own = {v: reads(context.frame, names, set(read)) for v, names in read.items()}
    for level in levels(context, definition, own):
        frame = context.frame
        # A mapping has no order: nodes that do not need each other stand in that of their names.
        columns = [_drawn(context, definition, frame, v, read[v]) for v in sorted(level)]
        context.frame = frame.with_columns(columns)


def expressions(definition: Definition[DrawSet], name: str) -> Iterator[Written]:
    """Yield every expression over the frame with its path."""
    spec, path = definition.spec.values[name], ("values", name)
    if isinstance(spec, FromTable):
        yield from ((column, (*path, "from", "given", column)) for column in spec.table.given)
        return
    if isinstance(spec, Number):
        for key, value in spec.parameters.items():
            if isinstance(value, str):
                yield value, (*path, "distribution", key)
        if spec.among is not None:
            yield str(spec.among), (*path, "among")
        return
    if isinstance(spec.rate, RateTable):
        yield from ((column, (*path, "rate", "given", column)) for column in spec.rate.given)
    elif isinstance(spec.rate, str):
        yield spec.rate, (*path, "rate")
    for key in ("among", "at_least", "relative"):
        if getattr(spec, key) is not None:
            yield str(getattr(spec, key)), (*path, key)


def _read(context: Context, definition: Definition[DrawSet], name: str) -> set[str]:
    parsed = [context.parsed(text, definition, *path) for text, path in expressions(definition, name)]
    return set().union(*(found.columns for found in parsed if found is not None))


def _drawn(
    context: Context, definition: Definition[DrawSet], frame: Frame, name: str, read: set[str]
) -> Column:
    """Check one variable over the frame as it sees it, and add its node; return the column it leaves."""
    spec = definition.spec.values[name]
    place = definition.at("values", name, "entity")
    facts = stored_facts(context, definition, name, spec.entity, place)
    if isinstance(spec, Flag):
        rule, file = _flag(context, definition, frame, (name, facts), spec)
    elif isinstance(spec, Number):
        rule, file = _number(context, definition, frame, (name, facts), spec), None
    else:
        rule, file = value_table(context, definition, frame, (name, facts), spec)
    say_unread(context, definition, name, read)
    weight = INTERNAL_WEIGHT if INTERNAL_WEIGHT in frame.columns else WEIGHT
    address = context.address(f"draw.{definition.name}.{name}")
    first = f"{context.first_name('draws', definition.name)}.{context.first_name('variables', name)}"
    context.add(Node(
        address=address, operation="draw", version=1, stream=context.stream(f"draw.{first}"),
        parameters={"entity": spec.entity, "name": name, "type": SQL_TYPES[facts.type],
                    "report_weight": weight, **rule},
        inputs=Inputs({"frame": frame.slice(read | {weight})}, {} if file is None else {"table": file}),
        outputs={spec.entity: (name,)}, estimate=cost.linear("draw", frame.size),
        place=str(definition.key_at("values", name)),
    ))  # fmt: skip
    period = money_period(frame)
    if isinstance(spec, FromTable) and (source := context.recipe.sources.get(spec.table.source)):
        period = source.spec.period or period
    return written(context, definition, name, facts, address, period=period, null_at=None)


def _flag(
    context: Context, definition: Definition[DrawSet], frame: Frame, named: tuple[str, Facts], spec: Flag
) -> tuple[dict[str, Any], str | None]:
    """Return what the runtime is told of a flag, and the node of the file with its rates."""
    name, facts = named
    if facts.type != "bool" and not context.may_exist(name):
        message = f"`{name}` is no truth value, and a rate draws one"
        context.say("SPC306", message, definition.key_at("values", name), "draw it `from:` a table")
        context.stale.add(name)
    for text, path in expressions(definition, name):
        want = _WANTS.get(str(path[-1])) if "given" not in path else None
        context.expression(frame, text, spec.entity, definition, *path, want=want)
    said: dict[str, Any] = {"among": _text(spec.among), "at_least": _text(spec.at_least)}
    if spec.weights is not None:
        said["weighted"] = spec.weights == "design"
    # Said only where it is, so that a flag without it keeps its key.
    if spec.relative is not None:
        said["relative"] = str(spec.relative)
    if isinstance(spec.rate, RateTable):
        rate, file = rate_table(context, definition, frame, name, spec.rate)
        return {**said, "rate": rate}, file
    if spec.rate is None:
        return {**said, "up_to": spec.up_to}, None
    _check_rate(context, definition, name, spec.rate)
    return {**said, "rate": str(spec.rate)}, None


def _number(
    context: Context, definition: Definition[DrawSet], frame: Frame, named: tuple[str, Facts], spec: Number
) -> dict[str, Any]:
    """Return what the runtime is told of a number."""
    name, facts = named
    if facts.type != "float" and not context.may_exist(name):
        message = f"`{name}` is of type {facts.type}, a distribution gives broken numbers"
        help_ = "declare it as float, or draw a number that it is derived from"
        context.say("SPC306", message, definition.key_at("values", name), help_)
        context.stale.add(name)
    for text, path in expressions(definition, name):
        want = ("bool", "`among`") if path[-1] == "among" else ("number", f"`{path[-1]}`")
        context.expression(frame, text, spec.entity, definition, *path, want=want)
    parameters = {key: str(value) for key, value in spec.parameters.items()}
    return {"distribution": {"kind": spec.distribution.kind, **parameters}, "among": _text(spec.among)}


_WANTS = {
    "rate": ("number", "a rate"), "among": ("bool", "`among`"), "at_least": ("bool", "`at_least`"),
    "relative": ("number", "`relative`"),
}  # fmt: skip


def _text(expression: str | int | None) -> str | None:
    return None if expression is None else str(expression)


def _check_rate(context: Context, definition: Definition[DrawSet], name: str, rate: str | float) -> None:
    """Say where a constant is no share; what an expression gives, the run looks at."""
    try:
        share = float(rate)
    except ValueError:
        return
    if not 0 <= share <= 1:
        message = f"a rate of {rate} is no share"
        help_ = f"write {share / 100:g}" if 1 < share <= 100 else "write a number from 0 to 1"
        context.say("SPC430", message, definition.at("values", name, "rate"), help_)
