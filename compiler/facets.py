"""Frames as rows of plain facts, a row a column and half; and what a step did to the frame before it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.frame import Frame, Owner
from compiler.model.base import ENTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.expressions import Value
    from compiler.frame import Stage


@dataclass(frozen=True, slots=True)
class Facet:
    """One column on one half of the rows; `computed` where it is an expression, read and never stored."""

    entity: str
    name: str
    half: str
    type: str
    unit: str | None
    period: int | None
    per: str | None
    nullable: bool
    owner: str
    place: str
    computed: bool = False

    def record(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


class Change(NamedTuple):
    """What a step added to the frame, and what it wrote anew: `VARIABLE` or `VARIABLE (HALF)`."""

    step: str
    place: str
    added: tuple[str, ...]
    changed: tuple[str, ...]


def facets(frame: Frame, values: dict[str, Value], folder: str = "") -> list[Facet]:
    """Return the rows of a frame, by entity and name; `values` are those of its views."""
    found = [*_stored(frame, folder), *_computed(frame, values, folder)]
    return sorted(
        found, key=lambda facet: (ENTITIES.index(facet.entity), facet.name, facet.half != "original")
    )


def _stored(frame: Frame, folder: str) -> Iterator[Facet]:
    for column in frame.columns.values():
        for half, owner in column.owners.items():
            definition, place = _said(owner, folder)
            yield Facet(
                column.entity, column.name, half, column.type, column.unit, column.period, column.per,
                column.nullable, definition, place,
            )  # fmt: skip


def _said(owner: Owner | None, folder: str) -> tuple[str, str]:
    return ("", "") if owner is None else (owner.definition, _place(owner.span.file, owner.span.line, folder))


def _place(file: str, line: int, folder: str) -> str:
    return f"{file.removeprefix(folder + '/')}:{line}"


def _computed(frame: Frame, values: dict[str, Value], folder: str) -> Iterator[Facet]:
    for view in frame.views.values():
        # A view can be read as soon as everything below it is there.
        if view.name in frame.columns or not _readable(frame, view.name):
            continue
        value, place = values[view.name], _place(view.span.file, view.span.line, folder)
        yield Facet(
            view.entity, view.name, "both", view.type, value.unit, None, None, value.nullable,
            f"variables.{view.name}", place, computed=True,
        )  # fmt: skip


def _readable(frame: Frame, name: str) -> bool:
    return all(read in frame for view in frame.views_of({name}) for read in view.parsed.columns)


def changes(stages: Sequence[Stage], folder: str = "") -> list[Change]:
    """Return, step by step, what was added and what was written anew."""
    found, before = [], Frame(())
    for stage in stages:
        new = stage.frame.columns
        added = sorted(new.keys() - before.columns.keys())
        changed = sorted(
            name for name in new.keys() & before.columns.keys() if new[name] != before.columns[name]
        )
        shown = tuple(
            f"{n} (clone)" if new[n].original and not before.columns[n].original else n for n in changed
        )
        place = _place(stage.span.file, stage.span.line, folder)
        found.append(Change(stage.step, place, tuple(added), shown))
        before = stage.frame
    return found
