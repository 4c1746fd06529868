"""What differs between two releases of an engine, as their snapshots tell it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog.engine import EngineCatalog, EngineVariable


class Event(StrEnum):
    """What happens to a variable, worst first."""

    GONE = "gone"
    NOW_COMPUTED = "now computed"
    NOW_INPUT = "now an input"
    ENTITY = "entity"
    PERIOD = "period"
    TYPE = "type"
    VALUES_GONE = "values gone"
    UNIT = "unit"
    DEFAULT = "default"
    UPRATING = "uprating index"
    VALUES_NEW = "values new"
    NEW = "new"


class VariableChange(NamedTuple):
    """One thing that happens to a variable; values that came or went stand in `after` or `before`."""

    name: str
    event: Event
    before: Any = None
    after: Any = None


class IndexChange(NamedTuple):
    """An index of which some years differ: year, value before, value after. None where there is no value."""

    name: str
    years: tuple[tuple[int, float | None, float | None], ...]


class ReleaseDiff(NamedTuple):
    """All that differs between two releases: variables, worst first, then the indices that they grow by."""

    engine: str
    before: str
    after: str
    variables: tuple[VariableChange, ...]
    indices: tuple[IndexChange, ...]

    @property
    def empty(self) -> bool:
        """Whether the facts are the same, whatever the versions."""
        return not self.variables and not self.indices


_FACTS = {
    "entity": Event.ENTITY,
    "period": Event.PERIOD,
    "type": Event.TYPE,
    "unit": Event.UNIT,
    "default": Event.DEFAULT,
    "uprating": Event.UPRATING,
}
_ORDER = {event: number for number, event in enumerate(Event)}


def compare_releases(before: EngineCatalog, after: EngineCatalog) -> ReleaseDiff:
    """Compare two snapshots of one engine. Labels, and how a variable is computed, are no difference."""
    names = sorted({*before, *after})
    found = [change for name in names for change in _changes(before.get(name), after.get(name))]
    found.sort(key=lambda change: _ORDER[change.event])
    return ReleaseDiff(
        after.name, before.version, after.version, tuple(found), tuple(_indices(before, after))
    )


def _changes(before: EngineVariable | None, after: EngineVariable | None) -> Iterator[VariableChange]:
    if before is None or after is None:
        if before is not None:
            yield VariableChange(before.name, Event.GONE, before=_described(before))
        if after is not None:
            yield VariableChange(after.name, Event.NEW, after=_described(after))
        return
    if before.computed != after.computed:
        event = Event.NOW_COMPUTED if after.computed else Event.NOW_INPUT
        yield VariableChange(after.name, event, before.kind, after.kind)
    for fact, event in _FACTS.items():
        was, is_ = getattr(before, fact), getattr(after, fact)
        if was != is_:
            yield VariableChange(after.name, event, was, is_)
    yield from _values(after.name, before.values or (), after.values or ())


def _described(variable: EngineVariable) -> str:
    return f"{variable.entity}, {variable.type}, {variable.period}, {variable.kind}"


def _values(name: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[VariableChange]:
    gone = [value for value in before if value not in after]
    new = [value for value in after if value not in before]
    if gone:
        yield VariableChange(name, Event.VALUES_GONE, before=gone)
    if new:
        yield VariableChange(name, Event.VALUES_NEW, after=new)


def _indices(before: EngineCatalog, after: EngineCatalog) -> Iterator[IndexChange]:
    for name in sorted({*before.indices, *after.indices}):
        old, new = before.indices.get(name, {}), after.indices.get(name, {})
        years = [year for year in sorted({*old, *new}) if old.get(year) != new.get(year)]
        if years:
            yield IndexChange(name, tuple((year, old.get(year), new.get(year)) for year in years))
