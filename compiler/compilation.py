"""Spec folder in, plan or findings out: the one way through the compiler."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from compiler.catalog.engine import EngineCatalog, engine_catalog, engines
from compiler.catalog.lock import LOCK_NAME, LockedSource, read_lock
from compiler.context import Context
from compiler.diagnostics import Diagnostic, Span, has_errors, in_order
from compiler.load import Loaded, load
from compiler.planning import plan_of
from compiler.references import read_references, with_references
from compiler.repeats import say_repeats
from compiler.steps.accounting import account_for_references
from compiler.steps.bakeoffs import check_bakeoffs
from compiler.steps.breaks import check_dates
from compiler.steps.exclusions import check_exclusions
from compiler.steps.moves import check_moves
from compiler.steps.names import check_names
from compiler.steps.pinned import check_pinned_files
from compiler.steps.several import check_draws
from compiler.steps.target_facts import check_facts
from compiler.steps.unused import say_unused
from compiler.suggest import did_you_mean
from compiler.suppression import suppress
from compiler.syntax.document import Document
from compiler.syntax.reader import file_bytes
from compiler.used import Used
from compiler.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from compiler.bakeoffs import Trials
    from compiler.frame import Frame, Owner, Stage
    from compiler.load import Read
    from compiler.model.recipe import Recipe
    from compiler.plan import Plan


def _check_later(context: Context) -> None:
    if any(clone.spec.later for clone in context.recipe.clones.values()):
        from compiler.steps.later import check_later  # noqa: PLC0415 - most clones promise nothing

        check_later(context)


_AFTER_THE_WALK: tuple[Callable[[Context], None], ...] = (
    check_exclusions, check_dates, check_bakeoffs, check_facts, check_moves, check_pinned_files, check_draws,
    _check_later, say_unused,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling a bundle gives: the findings, and the plan when none of them is an error."""

    diagnostics: list[Diagnostic]
    plan: Plan | None
    # The frame after each step that could be carried out.
    frames: tuple[Stage, ...] = ()
    # The same of every frame that is prepared to be a donor, by its name.
    prepared: dict[str, tuple[Stage, ...]] = field(default_factory=dict)
    # Sources that something is drawn from.
    donors: tuple[Frame, ...] = ()
    # What carrying out each bake-off takes, by its name.
    bakeoffs: dict[str, Trials] = field(default_factory=dict)

    def written_at(self, variable: str) -> dict[str, Span]:
        """Return the lines that make a variable, by the address of the node that carries them out."""
        stages = [*self.frames, *(stage for stages in self.prepared.values() for stage in stages)]
        frames = [*self.donors, *(stage.frame for stage in stages)]
        columns = [frame.columns[variable] for frame in frames if variable in frame.columns]
        # A donor's frame is known as it was moved; who owns a column has made it.
        made = {_node_of(column.owner): column.owner.span for column in columns if column.owner is not None}
        return made | {column.ref.node: column.span for column in columns}

    def computed_at(self, variable: str) -> Span | None:
        """Return the line that says how a variable is computed where it is read, None where none does."""
        stages = [*self.frames, *(stage for stages in self.prepared.values() for stage in stages)]
        frames = [*(stage.frame for stage in stages), *self.donors]
        return next((frame.views[variable].span for frame in frames if variable in frame.views), None)


def _node_of(owner: Owner) -> str:
    kind, _, name = owner.definition.partition(".")
    return f"{kind.removesuffix('s')}.{name}"


def compile_bundle(
    folder: Path,
    *,
    sample: float | None = None,
    without: Collection[str] = (),
    engine: EngineCatalog | None = None,
    read: Read = file_bytes,
) -> Compilation:
    """Compile a bundle folder.

    Args:
        folder: where its spec files and its lock are.
        sample: the share of households to keep, in (0, 1); None keeps all.
        without: clones that copy nothing in this variant, such as `clone.puf_support`.
        engine: facts that take the place of the committed ones of the engine of that name, as another release
            has them.
        read: gives the bytes of a spec file.

    Raises:
        NotADirectoryError: there is no such folder.
        ValueError: what is to be left out is no clone of the bundle.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder; name the folder of a bundle, such as specs/us_open"
        raise NotADirectoryError(message)
    context, found = _checked(folder, _Variant(sample, frozenset(without)), engine, read)
    if context is None or context.incomplete or has_errors(found):
        return Compilation(found, None)
    _refuse_unknown(context)
    plan = plan_of(context)
    return Compilation(
        found,
        plan,
        tuple(context.stages),
        context.prepared,
        tuple(context.donors.values()),
        _bakeoffs(context, plan),
    )


class _Variant(NamedTuple):
    """What of the bundle's dataset is built."""

    sample: float | None
    without: frozenset[str]


def _refuse_unknown(context: Context) -> None:
    """Refuse what is to be left out, where it is no clone: what other steps write is read by later ones."""
    clones = [address for address, node in context.nodes.items() if node.operation == "clone"]
    for name in sorted(context.without - set(clones)):
        known = f"those of the bundle are {', '.join(clones)}" if clones else "the bundle has none"
        help_ = did_you_mean(name, clones) or known
        raise ValueError(f"`{name}` is no clone, and only clones can be left out; {help_}")


def _bakeoffs(context: Context, plan: Plan) -> dict[str, Trials]:
    if not context.recipe.bakeoffs:
        return {}
    # Imported when asked for: most bundles compare nothing.
    from compiler.bakeoffs import trials  # noqa: PLC0415

    return {name: trials(context, definition, plan) for name, definition in context.recipe.bakeoffs.items()}


def _checked(
    folder: Path, variant: _Variant, engine: EngineCatalog | None, read: Read
) -> tuple[Context | None, list[Diagnostic]]:
    """Return what the walk through the pipeline has found, where there is one, and all findings."""
    loaded = load(folder, read)
    found = list(loaded.diagnostics)
    context = None
    own, others = loaded.documents, tuple[Document, ...]()
    used = _used(loaded, folder, read)
    if used is not None:
        references = read_references(used.recipe, folder, read)
        used.recipe = with_references(used.recipe, references)
        own, others = (*own, *references.documents), used.documents
        found += [*used.diagnostics, *references.diagnostics]
        context = _walk(used, folder, variant, engine, found)
        found += _layouts(context, folder, read) if context else ()
        found += context.diagnostics if context else ()
    return context, _with_fixes(in_order(suppress(found, own, others)), loaded)


def _used(loaded: Loaded, folder: Path, read: Callable[[Path], bytes]) -> Used | None:
    """Return the recipe with what it uses of other bundles, None where there is no recipe."""
    if loaded.recipe is None or not loaded.recipe.bundle.spec.use:
        return None if loaded.recipe is None else Used(loaded.recipe)
    # Imported when asked for: most bundles stand alone.
    from compiler.using import with_used  # noqa: PLC0415

    return with_used(loaded.recipe, folder, read)


def _layouts(context: Context, folder: Path, read: Callable[[Path], bytes]) -> list[Diagnostic]:
    sources = context.recipe.sources
    specs = [source.spec for source in sources.values()]
    if not any(s.layout or any(join.layout for join in s.join.values()) for s in specs):
        return []
    # Imported when asked for: most sources can be fetched, and need no layout.
    from compiler.catalog.layouts import check_layouts  # noqa: PLC0415

    documented = {name: lock.columns for name, lock in context.locks.items() if lock.documented}
    return check_layouts(sources, documented, folder, read)


def _with_fixes(found: list[Diagnostic], loaded: Loaded) -> list[Diagnostic]:
    if not found:
        return found
    # Imported when asked for: a bundle in order needs no way to mend it.
    from compiler.fixes import with_fixes  # noqa: PLC0415

    return with_fixes(found, loaded.documents)


def _walk(
    used: Used, folder: Path, variant: _Variant, given: EngineCatalog | None, found: list[Diagnostic]
) -> Context | None:
    recipe = used.recipe
    is_meant = given is not None and given.name == recipe.bundle.spec.engine
    engine = given if is_meant else _engine(recipe, found)
    locks = _locks(folder, found)
    if engine is None or locks is None or used.unlocked:
        return None
    folders = {folder.as_posix(): "", **{place: f"../{name}/" for name, place in used.folders.items()}}
    # A name that the bundle declares is its own, also where the declaration is broken.
    shadowed = {name for kind, name in recipe.broken if kind == "variables" and name in engine}
    engine = engine.without(shadowed) if shadowed else engine
    everything = locks | used.locks
    context = Context(recipe, engine, everything, *variant, folders, used.wanted, used.names)
    check_names(context)
    say_repeats(context)
    account_for_references(context)
    walk(context, recipe.bundle)
    if recipe.frames:
        from compiler.steps.prepared import check_unused  # noqa: PLC0415

        check_unused(context)
    for check in _AFTER_THE_WALK:
        check(context)
    return context


def _engine(recipe: Recipe, found: list[Diagnostic]) -> EngineCatalog | None:
    name = recipe.bundle.spec.engine
    if name in engines():
        return engine_catalog(name)
    help_ = did_you_mean(name, engines()) or "there are snapshots of: " + ", ".join(engines())
    message = f"there is no snapshot of an engine `{name}`"
    found.append(Diagnostic("SPC704", message, recipe.bundle.at("engine"), help_))
    return None


def _locks(folder: Path, found: list[Diagnostic]) -> dict[str, LockedSource] | None:
    try:
        return read_lock(folder)
    except ValueError as error:
        place = Span((folder / LOCK_NAME).as_posix())
        help_ = "run `specc sources lock` on the bundle"
        found.append(Diagnostic("SPC705", f"the lock cannot be read: {error}", place, help_))
        return None


__all__ = ["Compilation", "compile_bundle"]
