"""`use`: definitions of other bundles, with what they need, become part of a recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.beside import Beside, beside
from compiler.catalog.lock import LOCK_NAME, read_lock
from compiler.diagnostics import Diagnostic, Related, Span
from compiler.load import lies_in, validated
from compiler.model.moves import Moved, earlier_names
from compiler.model.recipe import Definition, Recipe
from compiler.needs import needs
from compiler.suggest import did_you_mean
from compiler.used import Key, Used

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.load import Entry, Read
    from compiler.model.base import Spec

USABLE = ("sources", "surfaces", "variables", "upratings", "targets")


def with_used(recipe: Recipe, folder: Path, read: Read) -> Used:
    """Return a recipe with what it uses; what cannot be had makes it partial, or is known to be broken."""
    used = Used(recipe)
    for name in recipe.bundle.spec.use:
        found = beside(folder, name, recipe.bundle.key_at("use", name), read)
        if isinstance(found, Diagnostic):
            used.diagnostics.append(found)
            used.recipe = replace(used.recipe, partial=True)
        else:
            _bring_in(used, found)
    return used


class _Wish(NamedTuple):
    """A definition that is to be brought in: whether the bundle names it, and the place that does."""

    key: Key
    span: Span
    by: str = ""


def _bring_in(used: Used, other: Beside) -> None:
    used.documents += other.documents
    used.folders[other.name] = other.folder.as_posix()
    reported = len(other.reading.diagnostics)
    brought: dict[Key, Definition[Any]] = {}
    asked: set[Key] = set()
    waiting = list(_wishes(used.recipe, other))
    while waiting:
        wish = waiting.pop(0)
        if wish.key in asked or not _is_there(used, other, wish):
            continue
        asked.add(wish.key)
        definition = _definition(used, other, wish.key)
        if definition is not None and _is_free(used, other, wish):
            brought[wish.key] = definition
            waiting += _needed(definition, other)
    _add(used, other, brought)
    used.diagnostics += _about(other, other.reading.diagnostics[:reported], asked)
    used.diagnostics += other.reading.diagnostics[reported:]


def _wishes(recipe: Recipe, other: Beside) -> Iterable[_Wish]:
    use = recipe.bundle.spec.use[other.name]
    for kind in USABLE:
        for position, name in enumerate(getattr(use, kind)):
            yield _Wish((kind, name), recipe.bundle.at("use", other.name, kind, position))


def _needed(definition: Definition[Any], other: Beside) -> list[_Wish]:
    variables = {name for kind, name in other.entries if kind == "variables"}
    by = f"`{definition.name}` of `{definition.kind}`"
    found = sorted(needs(definition, variables) & set(other.entries))
    return [_Wish(key, definition.key, by) for key in found]


def _is_there(used: Used, other: Beside, wish: _Wish) -> bool:
    kind, name = wish.key
    if not wish.by:
        used.wanted[wish.key] = wish.span
    if wish.key in other.entries:
        return True
    used.recipe = replace(used.recipe, broken=used.recipe.broken | {wish.key})
    if other.reading.partial:
        # What could not be read may declare it: that is what there is to say.
        used.diagnostics += [d for d in other.reading.diagnostics if d.code.startswith("SPC00")]
        return False
    known = [n for k, n in other.entries if k == kind]
    listed = ", ".join(sorted(known)) or "none"
    help_ = did_you_mean(name, known) or f"declared in `{kind}` of `{other.name}`: {listed}"
    message = f"`{kind}` of `{other.name}` has no `{name}`"
    used.diagnostics.append(Diagnostic("SPC201", message, wish.span, help_))
    return False


def _is_free(used: Used, other: Beside, wish: _Wish) -> bool:
    """Tell whether a name is not taken by the bundle or by another that it uses; say where it is."""
    kind, name = wish.key
    taken: Definition[Any] | None = getattr(used.recipe, kind).get(name)
    if taken is None:
        return (kind, name) not in used.recipe.broken
    here = f"in `{taken.bundle}`" if taken.bundle else "in this bundle"
    along = f", which {wish.by} needs" if wish.by else ""
    message = f"`{name}` of `{kind}` is declared {here} and in `{other.name}`{along}"
    there = Related(other.entries[wish.key].key, f"declared in `{other.name}`")
    span = taken.key if wish.by and not taken.bundle else wish.span
    related = (there,) if span is taken.key else (Related(taken.key, f"declared {here}"), there)
    used.diagnostics.append(
        Diagnostic("SPC104", message, span, "rename or remove one of the two", related=related)
    )
    return False


def _definition(used: Used, other: Beside, key: Key) -> Definition[Any] | None:
    entry = other.entries[key]
    spec = validated(entry, other.reading, is_like_a_broken_one=False)
    if spec is None or entry.node is None:
        used.recipe = replace(used.recipe, broken=used.recipe.broken | {key})
        return None
    return Definition(entry.kind, entry.name, spec, entry.node, entry.key, other.name)


def _add(used: Used, other: Beside, brought: dict[Key, Definition[Any]]) -> None:
    kinds: dict[str, Any] = {kind: dict(getattr(used.recipe, kind)) for kind in USABLE}
    for (kind, name), definition in brought.items():
        kinds[kind][name] = definition
    used.recipe = replace(used.recipe, **kinds)
    if sources := [name for kind, name in brought if kind == "sources"]:
        _add_locks(used, other, sources)
    moved = _moved(other)
    for kind, name in brought:
        used.names[kind, name] = earlier_names(moved, kind, name)


def _add_locks(used: Used, other: Beside, sources: list[str]) -> None:
    try:
        locks = read_lock(other.folder)
    except ValueError as error:
        place = Span((other.folder / LOCK_NAME).as_posix())
        message = f"the lock of `{other.name}` cannot be read: {error}"
        help_ = f"run `specc sources lock {other.folder.as_posix()}`"
        used.diagnostics.append(Diagnostic("SPC705", message, place, help_))
        used.unlocked = True
        return
    # With those of the files that are joined to it: `SOURCE.JOIN`.
    used.locks |= {name: lock for name, lock in locks.items() if name.partition(".")[0] in sources}


def _moved(other: Beside) -> Moved | None:
    entry = other.entries.get(("moved", "moved"))
    # Whether it is in order is said where that bundle is linted.
    before = len(other.reading.diagnostics)
    spec: Spec | None = None if entry is None else validated(entry, other.reading, is_like_a_broken_one=False)
    del other.reading.diagnostics[before:]
    return spec if isinstance(spec, Moved) else None


def _about(other: Beside, diagnostics: Iterable[Diagnostic], asked: Iterable[Key]) -> list[Diagnostic]:
    """Return the findings about what was asked for, what it is like included."""
    read = [other.written[key] for key in sorted(asked)]
    read += [base for entry in list(read) if (base := _base(other, entry)) is not None]
    return [d for d in diagnostics if any(_is_about(d, entry) for entry in read)]


def _base(other: Beside, entry: Entry) -> Entry | None:
    like = other.entries[entry.kind, entry.name].like
    return other.written.get(("sources", str(like))) if like is not None else None


def _is_about(diagnostic: Diagnostic, entry: Entry) -> bool:
    if any(related.span == entry.key for related in diagnostic.related):
        return True
    return entry.node is not None and lies_in(diagnostic, entry.node)
