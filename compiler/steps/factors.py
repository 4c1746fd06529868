"""The table of indices that an uprating reads: a column an index, or a row a year and index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.steps.files import known_column, locked, raw_types
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.upratings import Uprating


def table_rule(context: Context, uprating: Definition[Uprating], table: Definition[Source]) -> dict[str, Any]:
    """Return how the runtime reads the table of an uprating; say which columns and indices it lacks."""
    lock = locked(context, table)
    named = uprating.spec.indices
    if lock is not None:
        known_column(context, table, lock, uprating.spec.factors.year, uprating.at("factors", "year"))
        for index, path in named:
            place = uprating.key_at(*path) if path[0] in ("by", "losses") else uprating.at(*path)
            has_index(context, uprating, table, lock, index, place)
    return rule_of(context, uprating, table, lock, {index for index, _ in named})


def rule_of(
    context: Context,
    uprating: Definition[Uprating],
    table: Definition[Source],
    lock: LockedSource | None,
    indices: set[str],
) -> dict[str, Any]:
    """Return how the runtime finds some indices in the table of an uprating."""
    factors = uprating.spec.factors
    said: dict[str, Any] = {"year": factors.year, "concept": factors.concept}
    if factors.read is None:
        return {**said, "read": {} if lock is None else raw_types(lock, {factors.year, *indices})}
    # The table has a row a year and index: which rows those are, its source says.
    from compiler.steps.joined import RawTable  # noqa: PLC0415
    from compiler.steps.raw import RawColumns  # noqa: PLC0415

    rows = RawColumns(context, table, RawTable(lock, lock))
    where = None if table.spec.where is None else rows.keep(table.spec.where, "where")
    for key in ("index", "value"):
        if lock is not None:
            known_column(context, table, lock, str(getattr(factors, key)), uprating.at("factors", key))
    read = {} if lock is None else raw_types(lock, rows.read | factors.read)
    return {**said, "read": read, "long": {"index": factors.index, "value": factors.value, "where": where}}


def has_index(
    context: Context,
    uprating: Definition[Uprating],
    table: Definition[Source],
    lock: LockedSource,
    index: str,
    place: Span,
) -> bool:
    """Tell whether the table has an index, as far as the lock knows; say where it has none."""
    column = uprating.spec.factors.index
    if column is None:
        return known_column(context, table, lock, index, place)
    values = lock.columns[column].codes if column in lock.columns else None
    if values is None or index in values:
        return True
    message = f"the column `{column}` of `{table.name}` names no index `{index}`"
    context.say("SPC225", message, place, did_you_mean(index, [str(value) for value in values]))
    return False
