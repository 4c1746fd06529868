"""Measures of a target against the frame: their unit, and whether any record can have an amount at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import Family, Target
    from compiler.plan import Node

_NAMES = r"[A-Za-z]\w*(?:\s*[+-]\s*[A-Za-z]\w*)*"
# A column, some added up, or their sum over a group: the expressions whose unit is that of their columns.
_PLAIN = re.compile(rf"\s*(?:({_NAMES})|sum\(\s*({_NAMES})\s*\)\s+over\s+\w+)\s*", re.IGNORECASE)
_FALSE = frozenset({"false", "(false)", "0", "null"})


def check_measures(context: Context, target: Definition[Target]) -> None:
    """Say which families are in another unit than their measure, or cannot be reached by any weight."""
    if str(target.spec.domain).strip().lower() in _FALSE:
        message = f"`{target.name}` counts nobody: its domain is never true"
        context.say("SPC618", message, target.at("domain"), "say who is counted, or remove the target")
        return
    for row, family in target.spec.families.items():
        _check_unit(context, target, row, family)
        columns = _columns(family)
        zero = str(family.sum).strip() in {"0", "0.0"} or (
            bool(columns) and all(_is_zero(context, name) for name in columns)
        )
        if zero and family.role == "train":
            message = f"`{family.sum}` is zero for every record: no weight can meet a fact about it"
            help_ = "leave the family out with `reason: no_carrier_data`, or store what it measures"
            context.say("SPC618", message, target.at("families", row, "sum"), help_)


def _columns(family: Family) -> list[str]:
    """Return the columns that a measure adds up, none where it does anything else."""
    found = _PLAIN.fullmatch(str(family.sum)) if family.sum is not None else None
    return re.findall(r"\w+", found[1] or found[2]) if found else []


def _check_unit(context: Context, target: Definition[Target], row: str, family: Family) -> None:
    if family.unit is None:
        return
    place = target.at("families", row, "unit")
    if family.count is not None:
        message = f"`{row}` counts {family.count}s, its values cannot be in {family.unit}"
        context.say("SPC619", message, place, "remove `unit`, or write `sum:` instead of `count:`")
        return
    units = {context.frame.columns[name].unit for name in _columns(family) if name in context.frame.columns}
    if len(units) == 1 and (unit := next(iter(units))) != family.unit:
        message = f"`{family.sum}` is in {unit or 'no unit'}, the values are declared in {family.unit}"
        context.say("SPC619", message, place, "mend `unit` or the measure; `scale` turns thousands into ones")


def _is_zero(context: Context, name: str) -> bool:
    """Tell whether a stored column is zero for certain: copied from columns that hold nothing but zeros."""
    made = [node for node in context.nodes.values() if node.operation == "population" and _writes(node, name)]
    # Asked of the few sources first: most columns are not zero there, and no other node need be looked at.
    if not made or not all(_copies_zeros(context, n.address.removeprefix("source."), name) for n in made):
        return False
    others = (node for node in context.nodes.values() if node.operation not in ("population", "uprate"))
    return not any(_writes(node, name) for node in others)


def _writes(node: Node, name: str) -> bool:
    return any(name in columns for columns in node.outputs.values())


def _copies_zeros(context: Context, source: str, name: str) -> bool:
    lock, population = context.locks.get(source), context.recipe.sources[source].spec.population
    rule = population.columns.get(name) if population else None
    values = list(rule.values()) if isinstance(rule, dict) else [rule]
    columns = [lock.columns.get(str(value)) if lock else None for value in values]
    return bool(columns) and all(c is not None and not c.nulls and c.low == c.high == 0 for c in columns)
