"""Arguments of the Python interface: what is meant, or an error that names argument, value and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(what: str, names: Sequence[str]) -> list[str]:
    """Return names as a list.

    Raises:
        TypeError: a text, which is a list of letters only by mistake.
        ValueError: none is named, or one is twice.
    """
    if isinstance(names, str):
        raise TypeError(f"{what} is one text, {names!r}: write a list, [{names!r}]")
    listed = list(names)
    if not listed:
        raise ValueError(f"{what} is empty: name at least one column")
    twice = next((name for name in listed if listed.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{what} has `{twice}` twice: name it once")
    return listed


def whole(what: str, number: object) -> int:
    """Return a whole number.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"{what} must be a whole number, not {number!r}")
    return number
