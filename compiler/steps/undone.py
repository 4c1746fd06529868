"""What constraints have made to hold, and the later steps that undo it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.expressions import parse

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.constraints import Constraint
    from compiler.model.recipe import Definition
    from compiler.plan import ColumnRef
    from compiler.steps.linear import Linear


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that holds, as long as nobody writes anew what it is about or what it reads."""

    owner: str
    rule: Linear
    refs: dict[str, ColumnRef]


def hold(context: Context, definition: Definition[Constraint], rules: list[Linear]) -> None:
    """Remember what holds now."""
    labels = {rule.label for rule in rules}
    before = [held for held in context.held if held.rule.label not in labels]
    context.held = before + [Held(definition.name, rule, _refs(context, rule)) for rule in rules]


def still_hold(context: Context, kind: str, name: str, span: Span) -> None:
    """Say, once a constraint, that a step has changed what the constraint was about."""
    undone: dict[str, list[tuple[Held, list[str]]]] = {}
    kept: list[Held] = []
    for held in context.held:
        refs = {column: context.frame.columns[column].ref for column in held.refs}
        changed = sorted(column for column, ref in refs.items() if ref != held.refs[column])
        if changed and not _is_scaled(context, held, changed):
            undone.setdefault(held.owner, []).append((held, changed))
        else:
            kept.append(replace(held, refs=refs))
    context.held = kept
    for owner, found in undone.items():
        held, changed = found[0]
        message = (
            f"`{kind}: {name}` changes `{changed[0]}` after `constrain: {owner}` has made "
            f"`{held.rule.label}` hold"
        )
        more = f" (and {len(found) - 1} more rules)" if len(found) > 1 else ""
        related = (Related(held.rule.place, "the rule"),)
        help_ = f"move `constrain: {owner}` behind it"
        context.say("SPC421", message + more, span, help_, related=related)


def _refs(context: Context, rule: Linear) -> dict[str, ColumnRef]:
    bound = rule.bound if rule.constant is None else None
    read = set(rule.names).union(*(parse(text).columns for text in (bound, rule.where) if text is not None))
    return {name: context.frame.columns[name].ref for name in context.frame.stored(read)}


def _is_scaled(context: Context, held: Held, changed: list[str]) -> bool:
    """Tell whether all terms were multiplied by one positive factor, which a rule about zero survives."""
    rule, terms = held.rule, set(held.rule.names)
    if rule.constant != 0 or not set(changed) <= terms or (len(terms) > 1 and set(changed) != terms):
        return False
    nodes = [context.nodes[context.frame.columns[name].ref.node] for name in changed]
    if any(node.operation != "uprate" for node in nodes):
        return False
    said = (node.parameters.get(key, ()) for node in nodes for key in ("moves", "losses", "steady"))
    moves = [move for listed in said for move in listed if move[0] in changed]
    return len({tuple(move[1:]) for move in moves}) == 1
