"""How precise the rows of a target are, and what its families weigh beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target
    from compiler.steps.target_table import Table


def precision(context: Context, target: Definition[Target], table: Table) -> dict[str, str | None]:
    """Return the expression of a tolerance or standard error a row, checked; nothing where none is."""
    found = {}
    for key, text in target.spec.precision.items():
        found[key] = table.text(text, ("number", f"`{key}`"), key)
        _check_values(context, target, table, key)
    return found


def _check_values(context: Context, target: Definition[Target], table: Table, key: str) -> None:
    """Say where the lock knows that some row has none, or one that is none."""
    spec = target.spec
    column = table.column(spec.precision[key])
    may_be_removed = spec.where is not None or spec.leave_out or spec.unpivot is not None
    if column is None or may_be_removed:
        return
    low, high = (bound if isinstance(bound, float) else None for bound in (column.low, column.high))
    say_what = f"leave rows out with a reason, or say what it is there: `greatest({column.name}, ...)`"
    if low is not None and low <= 0:
        context.say("SPC630", f"`{column.name}` goes down to {low:g}", target.at(key), say_what)
    elif key == "tolerance" and high is not None and high >= 1:
        message = f"`{column.name}` goes up to {high:g}, a tolerance is a share"
        context.say("SPC630", message, target.at(key), f"write `{column.name} / 100` where it is in per cent")
    elif column.nulls:
        message = f"`{column.name}` has no value in {column.nulls} rows"
        context.say("SPC630", message, target.at(key), say_what.replace("greatest", "coalesce"))


def group_weights(targets: dict[str, Definition[Target]]) -> dict[str, float]:
    """Return by `target.family`, as facts are called, what weighs other than 1."""
    weights: dict[str, float] = {}
    for name, target in targets.items():
        for family, rule in target.spec.named.items():
            weight = target.spec.weight * rule.weight
            if weight != 1:
                weights |= {f"{name}.{family}": weight, f"{name}.{family}.returns": weight}
    return weights
