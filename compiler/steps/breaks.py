"""`breaks:` what of the output surface is meant to break, and the surface itself: for `specc breaking`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.dates import last_day

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame


def check_dates(context: Context) -> None:
    """Say which dates are none. Whether one is past is not asked: lint says the same on every day."""
    for definition in context.recipe.breaks.values():
        until = definition.spec.until
        if until is not None and not _is_date(until):
            help_ = 'write a month such as "2027-06" or a day such as "2027-06-30"'
            context.say("SPC111", f"there is no date `{until}`", definition.at("until"), help_)


def _is_date(text: str) -> bool:
    try:
        last_day(text)
    except ValueError:
        return False
    return True


def accepted_breaks(context: Context) -> dict[str, Any]:
    """Return the breaks that are meant, as plain JSON for the plan's metadata, each with its place."""
    return {
        name: {
            "accept": list(definition.spec.accepted),
            "reason": definition.spec.reason,
            "until": definition.spec.until,
            "place": context.said(str(definition.key)),
        }
        for name, definition in context.recipe.breaks.items()
    }


def surface_facts(context: Context, frame: Frame, names: set[str]) -> dict[str, Any]:
    """Return what readers of an export rely on: by column its entity, type, unit, period and enum values."""
    return {name: _facts(context, frame, name) for name in sorted(names & {*frame.columns})}


def _facts(context: Context, frame: Frame, name: str) -> dict[str, Any]:
    column, variable = frame.columns[name], context.engine.get(name)
    return {
        "entity": column.entity,
        "type": column.type,
        "unit": column.unit,
        # The year of an amount's money. That of a count or a status is the survey's, no promise to readers.
        "period": [column.period if _is_money(column.unit) else None, variable.period if variable else None],
        "values": sorted(variable.values) if variable and variable.values else None,
    }


def _is_money(unit: str | None) -> bool:
    return unit is not None and unit.startswith("currency")
