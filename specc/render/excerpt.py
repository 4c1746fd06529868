"""Where two long values differ: what they share is counted, what differs is shown, and with it what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.wording import cut, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

_AROUND = 40
_MOST_ELEMENTS = 4
_LONGEST = 200


def excerpts(before: object, after: object) -> tuple[str, str]:
    """Return two values that differ, as JSON, less what they begin and end with in common."""
    if isinstance(before, list) and isinstance(after, list):
        return _of_lists([_json(each) for each in before], [_json(each) for each in after])
    return _of_texts(_json(before), _json(after))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _of_texts(before: str, after: str) -> tuple[str, str]:
    start, end = _shared(before, after)
    start, end = max(start - _AROUND, 0), max(end - _AROUND, 0)
    return _window(before, start, end), _window(after, start, end)


def _window(text: str, start: int, end: int) -> str:
    inside = cut(text[start : len(text) - end], _LONGEST)
    return ("..." if start else "") + inside + ("..." if end else "")


def _of_lists(before: list[str], after: list[str]) -> tuple[str, str]:
    start, end = _shared(before, after)
    texts = [_elements(side[start : len(side) - end]) for side in (before, after)]
    same = "; the same in another order" if sorted(before) == sorted(after) else ""
    places = [f"(from number {start + 1} of {len(side)}" for side in (before, after)]
    return f"{texts[0]}  {places[0]})", f"{texts[1]}  {places[1]}{same})"


def _elements(elements: Sequence[str]) -> str:
    if not elements:
        return "nothing"
    return listed([cut(each, _LONGEST) for each in elements], _MOST_ELEMENTS)


def _shared(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how long the common beginning is, and how long the common end of what follows it."""
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    left = most - start
    end = next((n for n in range(left) if before[-1 - n] != after[-1 - n]), left)
    return start, end
