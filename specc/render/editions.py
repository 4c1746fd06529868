"""What differs between two locks, as people and machines read it."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from compiler.catalog.editions import LockEvent
from compiler.wording import listed
from specc.render.columns import aligned, count, indented
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.catalog.editions import LockChange
    from compiler.reads import RawRead

FORMAT = 1
_MOST = 6
_MINOR = (LockEvent.RANGE, LockEvent.NULLS, LockEvent.CODES_MANY)


def editions_json(changes: Sequence[LockChange]) -> str:
    """Return the changes as JSON with sorted keys, in the order in which the text has them."""
    document = {"format": FORMAT, "changes": [_record(change) for change in changes]}
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)


def _record(change: LockChange) -> dict[str, Any]:
    facts = {key: getattr(change, key) for key in ("source", "column", "event", "before", "after")}
    readers = [
        {"definition": read.definition, "file": read.place.file, "line": read.place.line}
        | {"column": read.place.column, "ignored": read.ignored}
        for read in change.readers
    ]
    return {**facts, "readers": readers}


def editions_text(changes: Sequence[LockChange], head: str) -> str:
    """Return a block a source: a line a change, below it what reads the column."""
    if not changes:
        return clean(head) + "\nNo differences."
    blocks = [[head]]
    for name, group in groupby(changes, key=lambda change: change.source):
        own = list(group)
        blocks.append([f"{name}: {count(len(own), 'difference')}", *indented(_lines(own))])
    return "\n\n".join("\n".join(clean(line) for line in block) for block in blocks)


def _lines(changes: Sequence[LockChange]) -> list[str]:
    named = {event: [c.column or "" for c in changes if c.event is event] for event in _MINOR}
    # In a new edition nearly every amount has another range: more than a few share a line.
    shared = {event: names for event, names in named.items() if len(names) > _MOST}
    rows = [row for change in changes if change.event not in shared for row in _rows(change)]
    return aligned(rows) + [_summary(event, names) for event, names in shared.items()]


def _rows(change: LockChange) -> Iterator[list[str]]:
    what = [change.column or "", change.event.value, _values(change)]
    places = _places(change.readers)
    yield [*what, places[0] if places else "nothing names it" if change.column else ""]
    for place in places[1:]:
        yield ["", "", "", place]


def _values(change: LockChange) -> str:
    if change.event is LockEvent.FILE:
        return f"{change.before[:12]} -> {change.after[:12]}"
    sides = [_value(side) for side in (change.before, change.after) if side is not None]
    return " -> ".join(sides)


def _value(value: object) -> str:
    if isinstance(value, list):
        return listed([_value(item) for item in value], _MOST)
    if isinstance(value, bool | str):
        return str(value)
    return f"{value:,.15g}" if isinstance(value, int | float) else "nothing"


def _places(reads: Sequence[RawRead]) -> list[str]:
    """Return a line a definition and file: the lines at which it names the column."""
    by_owner: dict[tuple[str, str, bool], list[int]] = {}
    for read in reads:
        by_owner.setdefault((read.definition, read.place.file, read.ignored), []).append(read.place.line)
    return [
        f"{'ignored by' if ignored else 'read by'} {definition}, {file}:{_numbers(lines)}"
        for (definition, file, ignored), lines in by_owner.items()
    ]


def _numbers(lines: list[int]) -> str:
    return ", ".join(str(line) for line in sorted(set(lines)))


def _summary(event: LockEvent, names: Sequence[str]) -> str:
    return f"{event.value}: {count(len(names), 'column')} ({listed(names, _MOST)})"
