"""What a target says of the values in its table, against those that the lock holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.expressions import ExpressionError
from compiler.expressions.constants import compared
from compiler.geography import coding
from compiler.steps.conditions import say_always, say_never
from compiler.steps.facts import variable_facts
from compiler.suggest import did_you_mean
from compiler.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.catalog.lock import LockedColumn
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition, Step
    from compiler.model.targets import Target
    from compiler.steps.target_table import Table

    Code = str | float | bool


def check_codes(context: Context, target: Definition[Target], table: Table) -> None:
    """Say what matches no value of the table, and which values nobody accounts for."""
    spec = target.spec
    if spec.where is not None:
        _check_condition(context, target, table, spec.where, "where")
    for number, entry in enumerate(spec.leave_out):
        path = ("leave_out", number, "where")
        if entry.where is not None and _check_condition(context, target, table, entry.where, *path):
            say_always(context, entry.where, table.known, target, *path, of=f"`{spec.source}`")
    _check_families(context, target, table)
    for name in spec.match:
        _check_match(context, target, table, name)
    _check_places(context, target, table)


def is_one_of(value: str, codes: Iterable[Code]) -> bool:
    """Tell whether a value, as a spec writes it, is among the codes of a column, as DuckDB compares them."""
    return any(_same(value, code) for code in codes)


def _same(value: str, code: Code) -> bool:
    if isinstance(code, bool):
        return value.lower() in {str(code).lower(), str(int(code))}
    try:
        return value == str(code) or float(value) == float(code)
    except ValueError:
        return False


def _check_condition(
    context: Context, target: Definition[Target], table: Table, text: str | int, *path: Step
) -> bool:
    """Tell whether some row may meet a condition; say which of its values no row has, or that none does."""
    try:
        constants = compared(str(text))
    except ExpressionError:
        return False  # said where the expression is used
    before = len(context.diagnostics)
    for constant in constants:
        column = table.lock.columns.get(constant.column) if table.lock else None
        if column is not None and column.codes is not None and not is_one_of(constant.value, column.codes):
            _nothing(context, column, constant.value, target.within(constant.offset, *path))
    if len(context.diagnostics) > before:
        return False
    return not say_never(context, text, table.known, target, *path, of=f"`{target.spec.source}`")


def _check_families(context: Context, target: Definition[Target], table: Table) -> None:
    spec, column = target.spec, table.column(target.spec.family)
    if column is None or column.codes is None:
        return
    for row in spec.families:
        if not is_one_of(row, column.codes):
            _nothing(context, column, row, target.key_at("families", row))
    told = set(spec.families)
    for number, entry in enumerate(spec.leave_out):
        told |= set(entry.families)
        for position, row in enumerate(entry.families):
            if not is_one_of(row, column.codes):
                _nothing(context, column, row, target.at("leave_out", number, "families", position))
    if spec.where is None and all(entry.where is None for entry in spec.leave_out):
        help_ = "add it to `families:`, or to `leave_out:` with a reason"
        _unaccounted(context, column, told, target, help_, "families")


def _check_match(context: Context, target: Definition[Target], table: Table, name: str) -> None:
    match = target.spec.match[name]
    column = table.column(match.column)
    if column is None or column.codes is None:
        return
    if match.codes == "same":
        _check_same(context, target, table, column, name)
        return
    for label in match.codes:
        if not is_one_of(label, column.codes):
            _nothing(context, column, label, target.key_at("match", name, "codes", label))
    if target.spec.where is None and not target.spec.leave_out:
        help_ = f"say which values of `{name}` it stands for, or leave its rows out with a reason"
        _unaccounted(context, column, set(match.codes), target, help_, "match", name, "codes")


def _check_same(
    context: Context, target: Definition[Target], table: Table, column: LockedColumn, name: str
) -> None:
    """Say which values of a column are none of the variable's, where they are said to be the same."""
    values = variable_facts(context, name, target.key_at("match", name), quiet=True).values
    may_be_removed = target.spec.where is not None or target.spec.leave_out
    if values is None or may_be_removed:
        return
    strange = [label for code in column.codes or () if (label := _label(column, code, table)) not in values]
    if strange:
        message = f"`{column.name}` holds {quoted(strange, 1)}, which is not a value of `{name}`"
        help_ = "write which values each stands for; values: " + ", ".join(values[:12])
        context.say("SPC206", message, target.at("match", name, "codes"), help_)


def _check_places(context: Context, target: Definition[Target], table: Table) -> None:
    spec = target.spec.geography
    column = table.column(spec.column)
    may_be_removed = target.spec.where is not None or target.spec.leave_out
    if spec.coded is None or column is None or column.codes is None or may_be_removed:
        return
    places = coding(spec.level, spec.coded)
    unknown = [code for code in column.codes if places.code(_label(column, code, table)) is None]
    if unknown:
        message = f"`{column.name}` holds {quoted(unknown, 1)}, which is no {spec.level} coded {spec.coded}"
        help_ = "leave its rows out with a reason, or mend `coded:`"
        context.say("SPC617", message, target.at("geography", "column"), help_)


def _label(column: LockedColumn, code: Code, table: Table) -> str:
    """Return a code as the runtime reads it: one that was read as a number gets its zeros back."""
    is_number = not isinstance(code, str)
    return table.padded(int(code)) if is_number and column.type != "DOUBLE" else str(code)


def _nothing(context: Context, column: LockedColumn, value: str, place: Span) -> None:
    codes = [str(code) for code in column.codes or ()]
    help_ = did_you_mean(value, codes) or "it holds: " + ", ".join(codes[:12])
    context.say("SPC616", f"no row of the table has `{value}` in `{column.name}`", place, help_)


def _unaccounted(
    context: Context, column: LockedColumn, told: set[str], target: Definition[Target], help_: str, *path: str
) -> None:
    forgotten = [c for c in column.codes or () if not any(_same(label, c) for label in told)]
    if forgotten:
        message = f"nobody accounts for the rows with {quoted(forgotten, 1)} in `{column.name}`"
        context.say("SPC617", message, target.key_at(*path), help_)
