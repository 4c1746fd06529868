"""Breaks of the output surface: what readers of an earlier plan's files would trip over in the later's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compiler.plan.surface import output_surface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.plan.document import Plan
    from compiler.plan.surface import File, OutputSurface

_FACTS = ("entity", "type", "unit", "period")


@dataclass(frozen=True, slots=True)
class SurfaceBreak:
    """One break: its kind, the name that an acceptance goes by, what was and is, and in which files."""

    kind: str
    name: str
    before: Any
    after: Any
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """What is new and breaks nobody: a file, a variable of a file, or a value of an enum."""

    kind: str
    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurfaceComparison:
    """What breaks, and what is only added, sorted by kind and name."""

    breaks: tuple[SurfaceBreak, ...]
    additions: tuple[Addition, ...]


def compare_surfaces(before: Plan, after: Plan) -> SurfaceComparison:
    """Compare what readers rely on. Values are no part of it: who writes them, and how, may change.

    Raises:
        KeyError: a plan was written before plans said what their exports hold.
    """
    old, new = output_surface(before), output_surface(after)
    breaks = _merged([*_of_the_bundle(old, new), *_of_the_files(old, new)])
    return SurfaceComparison(tuple(breaks), tuple(_additions(old, new)))


def _of_the_bundle(old: OutputSurface, new: OutputSurface) -> Iterator[SurfaceBreak]:
    for kind in ("engine", "period"):
        was, is_ = getattr(old, kind), getattr(new, kind)
        if was != is_:
            yield SurfaceBreak(kind, new.bundle, was, is_)


def _of_the_files(old: OutputSurface, new: OutputSurface) -> Iterator[SurfaceBreak]:
    moved = (old.period, new.period)
    for path, was in old.files.items():
        if path not in new.files:
            yield SurfaceBreak("file", was.export, path, None, (path,))
            continue
        is_ = new.files[path]
        if was.population != is_.population:
            yield SurfaceBreak("population", was.export, was.population, is_.population, (path,))
        for name in was.variables:
            yield from _of_a_variable(name, was, is_, path, moved)


def _of_a_variable(
    name: str, was: File, is_: File, path: str, moved: tuple[int, int]
) -> Iterator[SurfaceBreak]:
    if name not in is_.variables:
        yield SurfaceBreak("removed", name, was.variables[name]["entity"], None, (path,))
        return
    before, after = was.variables[name], is_.variables[name]
    for fact in _FACTS:
        if before[fact] != after[fact] and not (fact == "period" and _follows(before, after, moved)):
            yield SurfaceBreak(fact, name, before[fact], after[fact], (path,))
    # What is no enum any more, or not yet, has another type, which is said above.
    if before["values"] and after["values"] and (gone := {*before["values"]} - {*after["values"]}):
        yield SurfaceBreak("values", name, sorted(gone), None, (path,))


def _follows(before: dict[str, Any], after: dict[str, Any], moved: tuple[int, int]) -> bool:
    """Tell whether a variable only moves with the bundle, whose other period is one break, not hundreds."""
    (was, *others_then), (is_, *others_now) = before["period"], after["period"]
    return (was, is_) == moved and others_then == others_now


def _merged(breaks: list[SurfaceBreak]) -> list[SurfaceBreak]:
    """Return each break once, with every file that it is seen in. Files are broken one by one."""
    found: dict[tuple[str, ...], SurfaceBreak] = {}
    for each in breaks:
        key = (each.kind, each.name, *(each.files if each.kind == "file" else ()))
        first = found.setdefault(key, each)
        if first is not each:
            found[key] = replace(first, files=(*first.files, *each.files))
    return [found[key] for key in sorted(found)]


def _additions(old: OutputSurface, new: OutputSurface) -> Iterator[Addition]:
    added: dict[str, list[str]] = {}
    valued: dict[str, list[str]] = {}
    for path, file in new.files.items():
        if path not in old.files:
            yield Addition("file", path, (path,))
            continue
        before = old.files[path].variables
        for name, facts in file.variables.items():
            if name not in before:
                added.setdefault(name, []).append(path)
            elif before[name]["values"] and {*(facts["values"] or ())} - {*before[name]["values"]}:
                valued.setdefault(name, []).append(path)
    for kind, names in (("variable", added), ("values", valued)):
        yield from (Addition(kind, name, tuple(files)) for name, files in sorted(names.items()))
