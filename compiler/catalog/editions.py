"""What differs between two locks of a bundle: another edition of a file, told by what it does to a build."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from compiler.catalog.lock import LockedColumn, LockedSource
    from compiler.reads import RawRead
    from compiler.steps.files import Table

_ORDER_OF_MAGNITUDE = 10


class LockEvent(StrEnum):
    """What happens to a source or to one of its columns, worst first."""

    SOURCE_GONE = "source gone"
    NOT_LOCKED = "the spec says otherwise"
    GONE = "gone"
    TYPE = "type"
    CODES_GONE = "codes gone"
    NULLS_APPEAR = "nulls appear"
    MAGNITUDE = "another order of magnitude"
    CODES_NEW = "codes new"
    ROWS = "rows"
    FILE = "file"
    SOURCE_NEW = "source new"
    NEW = "new"
    RANGE = "range"
    CODES_MANY = "codes, few on one side only"
    NULLS = "nulls"
    LICENCE = "licence"
    LOCATOR = "locator"


class LockChange(NamedTuple):
    """One thing that happens to a source, or to a column of it, and the places that name the column."""

    source: str
    column: str | None
    event: LockEvent
    before: Any
    after: Any
    readers: tuple[RawRead, ...] = ()


_RANK = {event: number for number, event in enumerate(LockEvent)}
_OF_A_SOURCE = {
    "rows": LockEvent.ROWS,
    "sha256": LockEvent.FILE,
    "licence": LockEvent.LICENCE,
    "locator": LockEvent.LOCATOR,
}
_Found = tuple[LockEvent, Any, Any]


def compare_locks(
    before: Mapping[str, LockedSource], after: Mapping[str, LockedSource], reads: Sequence[RawRead]
) -> list[LockChange]:
    """Return what differs, source by source; of each first what the recipe names, then the worst."""
    changes: list[LockChange] = []
    for name in sorted({*before, *after}):
        # What reads a source's rows reads the files that are joined to them, `SOURCE.JOIN`.
        own = [read for read in reads if name == read.source or name.startswith(f"{read.source}.")]
        changes += sorted(_of_source(name, before.get(name), after.get(name), own), key=_weight)
    return changes


def not_locked(locks: Mapping[str, LockedSource], tables: Iterable[Table]) -> list[LockChange]:
    """Return what the spec says otherwise than the lock: where it was edited and not locked since."""
    said = {t.name: (t.content, t.source.spec.licence, t.locator) for t in tables}
    return [
        LockChange(name, None, LockEvent.NOT_LOCKED, was, is_)
        for name, lock in sorted(locks.items())
        for was, is_ in zip((lock.sha256, lock.licence, lock.locator), said.get(name, ()), strict=False)
        if was != is_
    ]


def _weight(change: LockChange) -> tuple[bool, int]:
    is_idle = change.column is not None and all(read.ignored for read in change.readers)
    return is_idle, _RANK[change.event]


def _of_source(
    name: str, before: LockedSource | None, after: LockedSource | None, reads: Sequence[RawRead]
) -> Iterator[LockChange]:
    if before is None or after is None:
        event = LockEvent.SOURCE_NEW if before is None else LockEvent.SOURCE_GONE
        rows = [None if lock is None else lock.rows for lock in (before, after)]
        yield LockChange(name, None, event, rows[0], rows[1], tuple(reads) if after is None else ())
        return
    for fact, event in _OF_A_SOURCE.items():
        was, is_ = getattr(before, fact), getattr(after, fact)
        if was != is_:
            yield LockChange(name, None, event, was, is_)
    yield from _of_columns(name, before, after, reads)


def _of_columns(
    name: str, before: LockedSource, after: LockedSource, reads: Sequence[RawRead]
) -> Iterator[LockChange]:
    for column in dict.fromkeys([*before.columns, *after.columns]):
        readers = tuple(read for read in reads if read.is_of(column))
        for event, was, is_ in _of_column(before.columns.get(column), after.columns.get(column)):
            yield LockChange(name, column, event, was, is_, readers)


def _of_column(before: LockedColumn | None, after: LockedColumn | None) -> Iterator[_Found]:
    if after is None or before is None:
        if before is not None:
            yield LockEvent.GONE, before.type, None
        if after is not None:
            yield LockEvent.NEW, None, after.type
        return
    if before.type != after.type:
        yield LockEvent.TYPE, before.type, after.type
    if before.nulls != after.nulls:
        event = LockEvent.NULLS if before.nulls else LockEvent.NULLS_APPEAR
        yield event, before.nulls, after.nulls
    yield from _range(before, after)
    yield from _codes(before, after)


def _range(before: LockedColumn, after: LockedColumn) -> Iterator[_Found]:
    old, new = (before.low, before.high), (after.low, after.high)
    texts_with_codes = isinstance(after.low, str) and None not in (before.codes, after.codes)
    # Of texts that classify the codes say more than which of them come first and last.
    if old == new or texts_with_codes:
        return
    sizes = [_size(bounds) for bounds in (old, new)]
    is_other = None not in sizes and _another_magnitude(*(size or 0.0 for size in sizes))
    yield (LockEvent.MAGNITUDE if is_other else LockEvent.RANGE), list(old), list(new)


def _size(bounds: tuple[object, object]) -> float | None:
    """Return the largest absolute value of a range of numbers, None for one of texts or of nothing."""
    numbers = [abs(bound) for bound in bounds if isinstance(bound, int | float)]
    return max(numbers) if len(numbers) == len(bounds) else None


def _another_magnitude(before: float, after: float) -> bool:
    """Tell whether one is ten times the other, as thousands are of dollars; only nothing is like nothing."""
    low, high = sorted((before, after))
    return high > 0 and (low == 0 or high / low >= _ORDER_OF_MAGNITUDE or math.isinf(high))


def _codes(before: LockedColumn, after: LockedColumn) -> Iterator[_Found]:
    if before.codes is None or after.codes is None:
        if before.codes != after.codes:
            yield LockEvent.CODES_MANY, _listed(before.codes), _listed(after.codes)
        return
    gone, new = _without(before.codes, after.codes), _without(after.codes, before.codes)
    if gone:
        yield LockEvent.CODES_GONE, gone, None
    if new:
        yield LockEvent.CODES_NEW, None, new


def _without(codes: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    # To Python `True == 1`, to a spec they are two codes.
    known = {(isinstance(code, bool), code) for code in others}
    return [code for code in codes if (isinstance(code, bool), code) not in known]


def _listed(codes: Sequence[Any] | None) -> list[Any] | None:
    return None if codes is None else list(codes)
