"""`constrain:` rows that break a rule move to the nearest point at which all rules of the set hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.constraints import Bounds
from compiler.plan import Inputs, Node, cost
from compiler.steps.comparable import comparable
from compiler.steps.conditions import say_never_of_frame
from compiler.steps.contradictions import contradictions
from compiler.steps.linear import Linear, linear_rules
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT
from compiler.steps.undone import hold

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.constraints import Constraint
    from compiler.model.recipe import Definition, Step


def constrain(context: Context, name: str, span: Span) -> None:
    """Check a constraint over the frame and add the node that moves rows to meet it."""
    definition: Definition[Constraint] | None = context.find("constraints", name, span)
    if definition is None or not context.frame.rows:
        return
    rules = linear_rules(definition)
    read = _read_by_expressions(context, definition)
    named = [_is_named_well(context, definition, name, rule) for rule in rules for name in rule.names]
    if read is None or not all(named) or contradictions(context, rules):
        return
    kept = {name: rule for rule in reversed(rules) for name in rule.kept}
    moved = {name for rule in rules for name in rule.names} - set(kept)
    checks = [_moves(context, rule, kept) and comparable(context, rule, moved) for rule in rules]
    if all(checks) and _stands_still(context, definition, moved):
        _emit(context, definition, rules, moved, read)
        hold(context, definition, rules)


def _read_by_expressions(context: Context, definition: Definition[Constraint]) -> set[str] | None:
    """Return what bounds and conditions read; None when one of them is wrong, which is said."""
    texts = [_checked(context, definition, path) for path in _expressions(definition)]
    if None in texts:
        return None
    for path in _expressions(definition):
        if path[-1] == "where":
            text = _text(definition, path)
            say_never_of_frame(context, context.frame, text, definition, *path, of="the frame")
    return set().union(*(found for found in texts if found is not None))


def _expressions(definition: Definition[Constraint]) -> list[tuple[Step, ...]]:
    """Return the path of every expression."""
    paths: list[tuple[Step, ...]] = [("where",)] if definition.spec.where is not None else []
    for number, rule in enumerate(definition.spec.rules):
        paths += [("rules", number, "where")] if rule.where is not None else []
        if isinstance(rule, Bounds):
            written = (("at_least", rule.at_least), ("at_most", rule.at_most))
            paths += [("rules", number, key) for key, bound in written if bound is not None]
    return paths


def _text(definition: Definition[Constraint], path: tuple[Step, ...]) -> str:
    rule = definition.spec if path == ("where",) else definition.spec.rules[int(path[1])]
    return str(getattr(rule, str(path[-1])))


def _checked(context: Context, definition: Definition[Constraint], path: tuple[Step, ...]) -> set[str] | None:
    entity, text = definition.spec.entity, _text(definition, path)
    parsed = context.expression(context.frame, text, entity, definition, *path)
    return None if parsed is None else set(parsed.columns)


def _is_named_well(context: Context, definition: Definition[Constraint], name: str, rule: Linear) -> bool:
    """Tell whether a rule's variable is a stored column of the constraint's entity; say so where not."""
    frame, entity = context.frame, definition.spec.entity
    if not context.readable(frame, name, rule.place):
        return False
    owner = frame.entity_of(name)
    if owner != entity:
        message = f"`{name}` belongs to {owner}, the constraint is about {entity}"
        context.say("SPC302", message, rule.place, f"constrain it in a set with `entity: {owner}`")
    elif name in frame.views:
        message = f"`{name}` is computed whenever it is read, so that no constraint can move it"
        help_ = f"use it as a bound, as in {{at_most: {name}, of: [...]}}"
        context.say("SPC420", message, rule.place, help_)
    return owner == entity and name not in frame.views


def _moves(context: Context, rule: Linear, kept: dict[str, Linear]) -> bool:
    if set(rule.names) - set(kept):
        return True
    fixing = kept[rule.names[0]]
    related = (Related(fixing.place, f"`{rule.names[0]}` is kept by this rule"),) if fixing != rule else ()
    message = f"the rule `{rule.label}` can move nothing: all its variables are kept"
    help_ = "let `adjust:` name the side that gives way"
    context.say("SPC420", message, rule.place, help_, related=related)
    return False


def _stands_still(context: Context, definition: Definition[Constraint], moved: set[str]) -> bool:
    """Say where a bound or condition reads what the set itself moves: what it says would change under it."""
    is_still = True
    for path in _expressions(definition):
        read = _checked(context, definition, path) or set()
        moving = sorted(context.frame.stored(read) & moved)
        if moving:
            what = "condition" if path[-1] == "where" else "bound"
            message = f"the {what} reads `{moving[0]}`, which `{definition.name}` itself moves"
            help_ = f"constrain `{moving[0]}` in a set of its own, in a step before this one"
            context.say("SPC425", message, definition.at(*path), help_)
        is_still = is_still and not moving
    return is_still


def _label(rule: Linear) -> str:
    return rule.label


def _emit(
    context: Context, definition: Definition[Constraint], rules: list[Linear], moved: set[str], read: set[str]
) -> None:
    frame, entity = context.frame, definition.spec.entity
    weight = INTERNAL_WEIGHT if INTERNAL_WEIGHT in frame.columns else WEIGHT
    names = {name for rule in rules for name in rule.names}
    # By label: neither the order in which rules are written nor writing one twice changes the key.
    ordered = list({rule.label: rule.parameters for rule in sorted(rules, key=_label)}.values())
    address = context.address(f"constrain.{definition.name}")
    context.add(Node(
        address=address, operation="constrain", version=1,
        parameters={"entity": entity, "rules": ordered, "kept": sorted(names - moved), "weight": weight},
        inputs=Inputs({"frame": frame.slice(names | read | {weight})}),
        outputs={entity: tuple(sorted(moved))}, estimate=cost.linear("constrain", frame.size),
        place=str(definition.key),
    ))  # fmt: skip
    ref = frame.ref(address)
    context.frame = frame.with_columns([frame.columns[name]._replace(ref=ref) for name in sorted(moved)])
