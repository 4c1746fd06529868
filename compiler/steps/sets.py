"""Variables that a step stores together: each an expression of the frame, some of one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.frame import Column, Owner
from compiler.steps.exported import STRUCTURE
from compiler.steps.facts import variable_facts
from compiler.steps.population import WEIGHT
from compiler.steps.uprate import MONEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.derivations import Derivation
    from compiler.model.draws import DrawSet
    from compiler.model.recipe import Definition
    from compiler.steps.facts import Facts

    Set = Definition[Derivation] | Definition[DrawSet]


def place_of(owner: Set, name: str) -> Span:
    """Return where a variable of a set is named."""
    for number, rule in enumerate(getattr(owner.spec, "alike", ())):
        if name in rule.variables:
            return owner.at("alike", number, "variables", rule.variables.index(name))
    return owner.key_at("values", name)


def reads(frame: Frame, names: Iterable[str], others: set[str]) -> set[str]:
    """Return which of the `others` are read with some names, directly or through a view."""
    found: set[str] = set()
    seen: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name in others:
            found.add(name)
        elif name in frame.views and name not in frame.columns and name not in seen:
            seen.add(name)
            left += frame.views[name].parsed.columns
    return found


def levels(context: Context, owner: Set, read: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the names of a set so that each comes after those it reads; say which go round in a circle.

    `read` holds, name by name, what it reads of the same set. Its own name is no circle: it reads what the
    frame held before.
    """
    left = {name: set(found) - {name} for name, found in read.items()}
    made: list[list[str]] = []
    while left:
        free = [name for name, found in left.items() if not found & left.keys()]
        if not free:
            _say_circle(context, owner, left)
            return [*made, list(left)]
        made.append(free)
        left = {name: found for name, found in left.items() if name not in free}
    return made


def _say_circle(context: Context, owner: Set, left: Mapping[str, set[str]]) -> None:
    """Say one circle among names none of which is free: whoever follows what is read comes round."""
    walked = [next(iter(left))]
    while (following := min(left[walked[-1]] & left.keys())) not in walked:
        walked.append(following)
    circle = walked[walked.index(following) :]
    names = " reads ".join(f"`{name}`" for name in [*circle, circle[0]])
    message = f"{names}: no order of `{owner.name}` computes them"
    help_ = "compute one of them in a set of its own, in a step before this one"
    context.say("SPC426", message, place_of(owner, circle[0]), help_)
    context.incomplete = True


def stored_facts(context: Context, owner: Set, name: str, entity: str, place: Span) -> Facts:
    """Return the facts of a variable that a set stores; say why it cannot be one of it."""
    if name in STRUCTURE:
        message = f"`{name}` is an id or a membership, which only a source makes"
        context.say("SPC427", message, place_of(owner, name), "store it under a name of its own")
        return variable_facts(context, name, place, quiet=True)
    facts = variable_facts(context, name, place_of(owner, name))
    variable = context.recipe.variables.get(name)
    if variable is not None and variable.spec.value is not None:
        message = f"`{name}` is computed whenever it is read: it cannot be stored as well"
        related = (Related(variable.at("value"), "its value"),)
        help_ = "take its value out of `variables:`, or store it under another name"
        context.say("SPC427", message, place_of(owner, name), help_, related=related)
    elif facts.entity != entity and not context.may_exist(name):
        message = f"`{name}` belongs to {facts.entity}, here it is one of {entity}"
        context.say("SPC302", message, place, f"write it in a set with `entity: {facts.entity}`")
    return facts


def written(
    context: Context,
    owner: Set,
    name: str,
    facts: Facts,
    address: str,
    *,
    period: int | None,
    null_at: Span | None,
) -> Column:
    """Return the column that a set leaves."""
    span = place_of(owner, name)
    return Column(
        name, facts.entity, facts.type, facts.unit, period, context.frame.ref(address), span, facts.per,
        null_at, Owner(f"{owner.kind}.{owner.name}", span),
    )  # fmt: skip


def say_unread(context: Context, owner: Set, name: str, own: set[str]) -> None:
    """Say that nothing has read what a set replaces; `own` is what the set itself reads."""
    column = context.frame.columns.get(name)
    if column is None or column.owner is None or name in own or (column.ref.node, name) in context.reads:
        return
    message = f"this replaces the `{name}` of `{column.owner.definition}`, and nothing reads it before"
    related = (Related(column.owner.span, "the value that is lost"),)
    help_ = "write it once: take it out here, or there (`drop:` in a source)"
    context.say("SPC417", message, place_of(owner, name), help_, related=related)


def money_period(frame: Frame) -> int | None:
    """Return the year of a frame's money: what is made of no amount is taken to be of that year."""
    periods = [column.period for column in frame.columns.values() if column.unit == MONEY]
    return next(iter(periods), frame.columns[WEIGHT].period)
