"""Every raw column is used or ignored, and the reason for ignoring it is checked, not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.model.columns import Mapped, Named, RowValue
from compiler.steps.files import files_in_words, known_column
from compiler.steps.raw import RawColumns
from compiler.suggest import closest, did_you_mean
from compiler.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.model.columns import Column
    from compiler.model.ignored import Ignore
    from compiler.model.populations import Population
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.joined import RawTable


def account_for_columns(
    context: Context, source: Definition[Source], spec: Population, table: RawTable, read: set[str]
) -> None:
    """Say which raw columns nobody accounts for, which reasons are not true, which drops match nothing."""
    if table.lock is None:
        return
    _say_silent(context, source, spec, table, table.lock, read)
    for number, entry in enumerate(spec.ignore):
        _check_entry(context, source, table, table.lock, entry, number, read)
    for number, drop in enumerate(spec.drop):
        for position, name in enumerate(drop.variables):
            if name not in spec.columns:
                context.misspelt.update(closest(name, spec.columns))
                context.say(
                    "SPC501",
                    f"`{name}` is dropped, but no column makes it",
                    source.at("population", "drop", number, "variables", position),
                    did_you_mean(name, spec.columns) or "remove it from `drop:`",
                )


def _say_silent(
    context: Context,
    source: Definition[Source],
    spec: Population,
    table: RawTable,
    lock: LockedSource,
    read: set[str],
) -> None:
    mapped = _raw_columns_of(context, source, spec, table, spec.dropped)
    ignored = {name for entry in spec.ignore for name in entry.names}
    named = read | mapped | ignored
    # A column whose name is misspelt where it is read has been spoken of there.
    misspelt = {near for name in named - set(lock.columns) for near in closest(name, lock.columns)}
    silent = sorted(set(lock.columns) - named - misspelt)
    if silent and not context.has_refused(source):
        message = f"nobody accounts for {quoted(silent)} of {files_in_words(context, source)}"
        them = "it" if len(silent) == 1 else "them"
        help_ = f"map {them} under `columns:` or list {them} under `ignore:` with a reason"
        context.say("SPC204", message, source.key_at("population", "columns"), help_)


def _raw_columns_of(
    context: Context, source: Definition[Source], spec: Population, table: RawTable, names: frozenset[str]
) -> set[str]:
    # A reader of its own: what only dropped columns read is not read at all.
    raw = RawColumns(context, source, table)
    for name in names & set(spec.columns):
        for value, path in values_of(spec.columns[name]):
            raw.typed(value, None, "population", "columns", name, *path, whole=spec.rows is not None)
    return raw.read


def values_of(rule: Column) -> Iterator[tuple[str | int, tuple[str | int, ...]]]:
    """Yield the expressions of a column, each with its path below it."""
    if isinstance(rule, RowValue):
        yield rule.value, ("value",)
        if rule.when is not None:
            yield rule.when, ("when",)
    elif isinstance(rule, Named):
        yield from ((text, ("named_by", number)) for number, text in enumerate(rule.named_by))
        yield rule.name, ("name",)
    elif isinstance(rule, Mapped):
        yield rule.column, ("map",)
    elif isinstance(rule, dict):
        yield from ((v, (member,)) for member, v in rule.items() if isinstance(v, str | int))
    else:
        yield rule, ()


def _check_entry(
    context: Context,
    source: Definition[Source],
    table: RawTable,
    lock: LockedSource,
    entry: Ignore,
    number: int,
    read: set[str],
) -> None:
    for position, name in enumerate(entry.names):
        where = ("columns", position) if entry.columns else ("instead", name)
        span = source.key_at("population", "ignore", number, *where)
        if not known_column(context, source, lock, name, span):
            continue
        if name in read:
            message = f"`{name}` is ignored, but an expression of this source reads it"
            context.say("SPC502", message, span, "remove it from `ignore:`")
        column = lock.columns[name]
        is_empty = column.low == column.high and column.low in (0, None)
        # What a layout says is what may be there, not what is.
        if entry.reason == "empty" and not is_empty and name not in table.documented:
            message = f"`{name}` is not empty: it runs from {column.low} to {column.high}"
            context.say("SPC503", message, span, "map it or give the true reason")
    _check_reason(context, source, entry, number)


def _check_reason(context: Context, source: Definition[Source], entry: Ignore, number: int) -> None:
    base = ("population", "ignore", number)
    for column, name in entry.instead.items():
        variable, place = context.engine.get(name), source.at(*base, "instead", column)
        if variable is None:
            help_ = did_you_mean(name, context.engine) or "name the engine variable that is computed"
            context.say("SPC503", f"`{name}` is not a variable of {context.engine.name}", place, help_)
        elif not variable.computed:
            message = f"`{name}` is an input of {context.engine.name}, not computed by it"
            context.say("SPC503", message, place, "map the column to it")
    if entry.reason not in ("empty", "computed_by_engine") and not entry.note:
        place = source.key_at(*base, "reason")
        context.say("SPC504", f"the reason {entry.reason} says nothing without a note", place, "add `note:`")
