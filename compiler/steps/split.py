"""Rows that sum up records: which they are, what their records are like, which columns are amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions.values import NUMBERS, type_of_sql
from compiler.steps.files import known_column
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.model.recipe import Definition, Step
    from compiler.model.sources import Source
    from compiler.steps.raw import RawColumns


def split_rule(source: Definition[Source], raw: RawColumns) -> dict[str, Any]:
    """Return what the runtime is told of the rows that are split; nothing where none are."""
    split = source.spec.split
    if split is None:
        return {}
    _number(source, raw, split.id, "split", "id")
    _number(source, raw, split.weight, "split", "weight")
    for position, name in enumerate(split.alike):
        _column(source, raw, name, "split", "alike", position)
    parts = [
        {
            "where": raw.some(part.where, "split", "of", number, "where"),
            "records": part.records,
            "pool": raw.some(part.pool, "split", "of", number, "pool"),
        }
        for number, part in enumerate(split.of)
    ]
    raw.read |= {split.id, split.weight, *split.alike}
    return {"split": {"id": split.id, "weight": split.weight, "of": parts}}


def split_amounts(source: Definition[Source], own: LockedSource, read: set[str]) -> dict[str, Any]:
    """Return the rule with the amounts: numbers of the source's own file that are read, and nothing else."""
    split = source.spec.split
    if split is None:
        return {}
    others = {split.id, split.weight, *split.alike}
    numbers = {name for name, column in own.columns.items() if type_of_sql(column.type) in NUMBERS}
    parts = [part.model_dump() for part in split.of]
    amounts = sorted((numbers & read) - others)
    return {"split": {"id": split.id, "weight": split.weight, "of": parts, "amounts": amounts}}


def _number(source: Definition[Source], raw: RawColumns, name: str, *path: Step) -> None:
    lock = raw.table.own
    if not _column(source, raw, name, *path) or lock is None or name not in lock.columns:
        return
    if type_of_sql(lock.columns[name].type) not in {*NUMBERS, "unknown"}:
        message = f"`{name}` holds no numbers"
        numbers = [n for n, c in lock.columns.items() if type_of_sql(c.type) in NUMBERS]
        help_ = did_you_mean(name, numbers) or "name a column of numbers"
        raw.context.say("SPC306", message, source.at(*path), help_)


def _column(source: Definition[Source], raw: RawColumns, name: str, *path: Step) -> bool:
    lock = raw.table.own
    return lock is None or known_column(raw.context, source, lock, name, source.at(*path))
