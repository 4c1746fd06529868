"""`breaks:` what of the output surface is meant to break: for `specc breaking`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.dates import last_day

if TYPE_CHECKING:
    from compiler.context import Context


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
