"""Dates as a spec writes them: a day such as `2027-06-30`, or a month such as `2027-06`."""

from __future__ import annotations

import calendar
from datetime import date

_DAY = len("2027-06-30")


def last_day(text: str) -> date:
    """Return the day that is written, or the last day of the month that is.

    Raises:
        ValueError: there is no such day or month.
    """
    if len(text) == _DAY:
        return date.fromisoformat(text)
    first = date.fromisoformat(f"{text}-01")
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
