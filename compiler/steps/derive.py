"""`derive:` variables computed once from what the frame holds, and stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.expressions import Typed, parse_ahead
from compiler.expressions.values import UNKNOWN, contradict
from compiler.frame import SQL_TYPES, TEXT
from compiler.model.derivations import SomeRows
from compiler.plan import Inputs, Node, cost
from compiler.steps.facts import entity_of
from compiler.steps.population import WEIGHT
from compiler.steps.sets import levels, money_period, reads, say_unread, stored_facts, written
from compiler.steps.uprate import MONEY
from compiler.typed import frame_values, known_constants, typed

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Column, Frame
    from compiler.model.derivations import Derivation
    from compiler.model.recipe import Definition, Step
    from compiler.plan import FrameRef
    from compiler.steps.facts import Facts


class _Rule(NamedTuple):
    """How one variable is computed, with the paths of what is written of it."""

    name: str
    value: str
    where: str | None
    elsewhere: str | None
    path: tuple[Step, ...]

    @property
    def expressions(self) -> list[tuple[str, tuple[Step, ...]]]:
        """Every expression with its path."""
        value = (self.value, self.path if self.where is None else (*self.path, "value"))
        return [value] if self.where is None else [value, (self.where, (*self.path, "where"))]

    @property
    def parameters(self) -> dict[str, str | None]:
        """What the runtime is told of it, less its type."""
        return {"name": self.name, "value": self.value, "where": self.where, "elsewhere": self.elsewhere}


def derive(context: Context, name: str, span: Span) -> None:
    """Compute a set of variables; one node writes them all."""
    definition: Definition[Derivation] | None = context.find("derivations", name, span)
    if definition is None or not context.frame.rows:
        return
    rules = {variable: _rule(definition, variable) for variable in definition.spec.all_values}
    # What is `alike` is written once and read as many expressions.
    parse_ahead(rule.value for rule in rules.values())
    read = {variable: _read(context, definition, rule) for variable, rule in rules.items()}
    own = {v: reads(context.frame, names, set(rules)) for v, names in read.items()}
    ordered = levels(context, definition, own)
    address = context.address(f"derive.{name}")
    frame = context.frame
    for level in ordered:
        columns = [_checked(context, definition, frame, rules[v], address) for v in level]
        frame = frame.with_columns(columns)
    for variable in rules:
        say_unread(context, definition, variable, set().union(*own.values()))
    types = {v: SQL_TYPES[frame.columns[v].type] for v in rules}
    listed = [[{**rules[v].parameters, "type": types[v]} for v in sorted(level)] for level in ordered]
    _emit(context, definition, listed, read, address)
    context.frame = frame


def _rule(definition: Definition[Derivation], name: str) -> _Rule:
    path, given = definition.spec.places[name], definition.spec.all_values[name]
    if not isinstance(given, SomeRows):
        return _Rule(name, str(given), None, None, path)
    return _Rule(name, str(given.value), str(given.where), given.elsewhere, path)


def _read(context: Context, definition: Definition[Derivation], rule: _Rule) -> set[str]:
    parsed = [context.parsed(text, definition, *path) for text, path in rule.expressions]
    kept = {rule.name} if rule.elsewhere == "keep" else set()
    return kept.union(*(found.columns for found in parsed if found is not None))


def _checked(
    context: Context, definition: Definition[Derivation], frame: Frame, rule: _Rule, address: str
) -> Column:
    """Check one value over the frame as it sees it; return the column it leaves."""
    entity = definition.spec.entity
    facts = stored_facts(context, definition, rule.name, entity, definition.at("entity"))
    found = _typed(context, definition, frame, rule, facts)
    if rule.where is not None:
        where = (*rule.path, "where")
        context.expression(frame, rule.where, entity, definition, *where, want=("bool", "`where`"))
        _check_elsewhere(context, definition, rule, facts)
    path = rule.expressions[0][1]
    if contradict(facts.unit, found.value.unit):
        message = f"`{rule.name}` is in {facts.unit}, its value is in {found.value.unit}"
        context.say("SPC307", message, definition.at(*path), "convert it, or mend the value")
    null_at = definition.at(*path) if found.value.nullable else None
    before = frame.columns.get(rule.name)
    if rule.elsewhere == "keep" and before is not None:
        null_at = null_at or before.null_at
    period = _period(context, definition, frame, rule)
    return written(context, definition, rule.name, facts, address, period=period, null_at=null_at)


def _typed(
    context: Context, definition: Definition[Derivation], frame: Frame, rule: _Rule, facts: Facts
) -> Typed:
    text, path = rule.expressions[0]
    if path[0] == "alike" and entity_of(context, rule.name) is None:
        # `it` is that name, of which nobody knows: that has been said.
        return Typed(UNKNOWN)
    want = (facts.type, f"`{rule.name}`")
    before = len(context.diagnostics)
    parsed = context.expression(frame, text, definition.spec.entity, definition, *path, want=want)
    if parsed is None or len(context.diagnostics) > before:
        # Whoever reads it has nothing to answer for.
        return Typed(UNKNOWN)
    found = typed(context, parsed, frame_values(context, frame, parsed.columns), definition, *path)
    known_constants(context, found, rule.name, facts.values, definition, *path)
    return found


def _check_elsewhere(context: Context, definition: Definition[Derivation], rule: _Rule, facts: Facts) -> None:
    place = definition.at(*rule.path, "elsewhere")
    if rule.elsewhere == "keep" and rule.name not in context.frame.columns:
        if not context.may_exist(rule.name):
            message = f"`{rule.name}` is not in the frame at this step: there is nothing to keep"
            context.say("SPC428", message, place, "write `elsewhere: zero`, or a value for all rows")
    elif rule.elsewhere == "zero" and facts.type in TEXT:
        message = f"`{rule.name}` is text, which has no zero"
        context.say("SPC428", message, place, "write `elsewhere: keep`, or one `case` for all rows")


def _period(context: Context, definition: Definition[Derivation], frame: Frame, rule: _Rule) -> int | None:
    """Return the year of the money a value is in; say where it is of several."""
    read = frame.slice(_read(context, definition, rule)).columns.values()
    amounts = [frame.columns[n] for names in read for n in names if frame.columns[n].unit == MONEY]
    first = next(iter(amounts), None)
    other = next((c for c in amounts if first is not None and c.period != first.period), None)
    if first is not None and other is not None and not {first.name, other.name} & context.stale:
        message = (
            f"`{rule.name}` is made of USD of {first.period} (`{first.name}`) "
            f"and of {other.period} (`{other.name}`)"
        )
        context.say("SPC429", message, definition.at(*rule.expressions[0][1]), "derive it after `uprate`")
        context.stale.add(rule.name)
    return first.period if first is not None else money_period(frame)


def _emit(
    context: Context,
    definition: Definition[Derivation],
    ordered: list[list[dict[str, Any]]],
    read: dict[str, set[str]],
    address: str,
) -> None:
    """Add the node. Each level reads a slice of its own, without what earlier levels have written."""
    frame, entity = context.frame, definition.spec.entity
    earlier: set[str] = set()
    frames: dict[str, FrameRef] = {}
    for number, level in enumerate(ordered):
        names = [str(rule["name"]) for rule in level]
        left = replace(frame, columns={n: c for n, c in frame.columns.items() if n not in earlier})
        frames[f"level_{number}"] = left.slice({WEIGHT}.union(*(read[name] for name in names)))
        earlier |= set(names)
    context.add(Node(
        address=address, operation="derive", version=1,
        parameters={"entity": entity, "weight": WEIGHT, "levels": ordered}, inputs=Inputs(frames),
        outputs={entity: tuple(sorted(earlier))},
        estimate=cost.linear("derive", frame.size), place=str(definition.key),
    ))  # fmt: skip
