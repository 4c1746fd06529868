"""Facts of another year than the dataset's: moved by an index, or said to be of another year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.steps.factors import has_index, rule_of
from compiler.steps.files import file_node, locked
from compiler.wording import quoted

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.targets import Target
    from compiler.model.upratings import Uprating


@dataclass(frozen=True, slots=True)
class Aging:
    """How families are moved to the dataset's period: an index each, and the tables they are in.

    `counts` are the indices of the rows that count units of an amount.
    """

    families: dict[str, list[str | int]] = field(default_factory=dict)
    counts: dict[str, list[str | int]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)


def aging(context: Context, target: Definition[Target]) -> Aging:
    """Return how families are aged; say which are of another year, or are moved without need."""
    found, years = Aging(), (target.spec.period, context.period)
    staying = [row for row, family in target.spec.families.items() if family.aged_by is None]
    if years[0] != years[1] and staying:
        message = f"the facts are of {years[0]}, the dataset is of {years[1]}: {quoted(staying, 3)}"
        help_ = "take a table of the year, or add `aged_by: {uprating: ..., index: ...}` to the family"
        context.say("SPC613", message, target.at("period"), help_)
    for row, family in target.spec.families.items():
        if family.aged_by is None:
            continue
        if years[0] == years[1]:
            message = f"`{row}` is aged, but its facts are of {years[1]} already"
            context.say("SPC613", message, target.key_at("families", row, "aged_by"), "remove `aged_by`")
        elif _index(context, target, row, found):
            found.families[row] = [family.aged_by.uprating, family.aged_by.index, *years]
            if family.aged_by.counts is not None:
                found.counts[row] = [family.aged_by.uprating, family.aged_by.counts, *years]
    return found


def _index(context: Context, target: Definition[Target], row: str, found: Aging) -> bool:
    rule, path = target.spec.families[row].aged_by, ("families", row, "aged_by")
    if rule is None:
        return False
    uprating: Definition[Uprating] | None = context.find(
        "upratings", rule.uprating, target.at(*path, "uprating")
    )
    table = None if uprating is None else _table(context, uprating)
    if uprating is None or table is None:
        return False
    lock = locked(context, table)
    if lock is None:
        return False
    columns = {"index": rule.index} | ({} if rule.counts is None else {"counts": rule.counts})
    places = {key: target.at(*path, key) for key in columns}
    known = [has_index(context, uprating, table, lock, columns[key], place) for key, place in places.items()]
    if not all(known):
        return False
    said = rule_of(context, uprating, table, lock, set(columns.values()))
    found.tables.setdefault(rule.uprating, said)["read"] |= said["read"]
    found.artifacts[f"factors.{rule.uprating}"] = file_node(context, table)
    return True


def _table(context: Context, uprating: Definition[Uprating]) -> Definition[Source] | None:
    return context.find("sources", uprating.spec.factors.source, uprating.at("factors", "source"))
