"""Spec folder in, plan or findings out: the one way through the compiler."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.catalog.engine import EngineCatalog, engine_catalog, engines
from compiler.catalog.lock import LOCK_NAME, LockedSource, read_lock
from compiler.context import Context
from compiler.diagnostics import Diagnostic, Span, has_errors, in_order
from compiler.load import Loaded, load, read_file
from compiler.plan import Node, Plan
from compiler.plan.keys import with_keys
from compiler.steps.calibrate import calibrate
from compiler.steps.clone import clone
from compiler.steps.engine import materialise
from compiler.steps.exclusions import check_exclusions
from compiler.steps.finish import export, validate
from compiler.steps.impute import impute
from compiler.steps.moves import check_moves, moved_nodes
from compiler.steps.order import steps_in_order
from compiler.steps.scaffold import scaffold
from compiler.steps.unused import say_unused
from compiler.steps.uprate import uprate
from compiler.suggest import did_you_mean
from compiler.suppression import suppress
from compiler.used import Used

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.model.recipe import Definition, Recipe
    from compiler.model.sources import Source

STEPS: dict[str, Callable[[Context, str, Span], None]] = {
    "scaffold": scaffold, "clone": clone, "impute": impute, "uprate": uprate, "materialise": materialise,
    "calibrate": calibrate, "export": export, "validate": validate,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling a bundle gives: the findings, and the plan when none of them is an error."""

    diagnostics: list[Diagnostic]
    plan: Plan | None


def compile_bundle(
    folder: Path, *, sample: float | None = None, read: Callable[[Path], bytes] = read_file
) -> Compilation:
    """Compile a bundle folder.

    `sample` is the share of households to keep, in (0, 1); None keeps all. `read` gives the bytes of a
    spec file.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder; name the folder of a bundle, such as specs/us_open"
        raise NotADirectoryError(message)
    loaded = load(folder, read)
    found = list(loaded.diagnostics)
    context = None
    used = _used(loaded, folder, read)
    if used is not None:
        found += used.diagnostics
        context = _walk(used, folder, sample, found)
        found += context.diagnostics if context else ()
    documents = used.documents if used else ()
    kept = _with_fixes(in_order(suppress(found, loaded.documents, documents)), loaded)
    if context is None or context.incomplete or has_errors(kept):
        return Compilation(kept, None)
    return Compilation(kept, _plan(context, sample))


def _used(loaded: Loaded, folder: Path, read: Callable[[Path], bytes]) -> Used | None:
    """Return the recipe with what it uses of other bundles, None where there is no recipe."""
    if loaded.recipe is None or not loaded.recipe.bundle.spec.use:
        return None if loaded.recipe is None else Used(loaded.recipe)
    # Imported when asked for: most bundles stand alone.
    from compiler.using import with_used  # noqa: PLC0415

    return with_used(loaded.recipe, folder, read)


def _with_fixes(found: list[Diagnostic], loaded: Loaded) -> list[Diagnostic]:
    if not found:
        return found
    # Imported when asked for: a bundle in order needs no way to mend it.
    from compiler.fixes import with_fixes  # noqa: PLC0415

    return with_fixes(found, loaded.documents)


def _walk(used: Used, folder: Path, sample: float | None, found: list[Diagnostic]) -> Context | None:
    recipe = used.recipe
    engine = _engine(recipe, found)
    locks = _locks(folder, found)
    if engine is None or locks is None or used.unlocked:
        return None
    folders = {folder.as_posix(): "", **{place: f"../{name}/" for name, place in used.folders.items()}}
    context = Context(recipe, engine, locks | used.locks, sample, folders, used.wanted, used.names)
    for kind, name, span in steps_in_order(context):
        STEPS[kind](context, name, span)
    check_exclusions(context)
    check_moves(context)
    say_unused(context)
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


def _plan(context: Context, sample: float | None) -> Plan:
    recipe = context.recipe
    spec = recipe.bundle.spec
    nodes: list[Node] = list(context.nodes.values())
    sources = {s.spec.sha256: _file(s) for s in reversed(recipe.sources.values())}
    uses = {"uses": sorted(spec.use)} if spec.use else {}
    citations = {
        f"{n}.{k}": a.source for n, v in recipe.validations.items() for k, a in v.spec.aggregates.items()
    }
    return Plan(
        bundle=spec.name, period=spec.period, seed=spec.seed,
        engine=context.engine.name, engine_version=context.engine.version,
        memory=spec.budget.memory_bytes, nodes=with_keys(_in_order(nodes), spec.seed), sample=sample,
        metadata={"files": sources, "citations": citations, **uses, **_moved(context)},
    )  # fmt: skip


def _file(source: Definition[Source]) -> dict[str, str]:
    """Return what is said of a source's file; `bundle` is the folder beside this one that it may lie in."""
    prose = source.spec.model_dump(include={"locator", "licence", "title"})
    return {"source": source.name, **prose, **({"bundle": source.bundle} if source.bundle else {})}


def _moved(context: Context) -> dict[str, dict[str, dict[str, str]]]:
    """Return what was called otherwise, where something was: old address or variable to the one of today."""
    if context.recipe.moved is None and not context.used_names:
        return {}
    today = {name for kind, name in context.used_names if kind == "variables"}
    if context.recipe.moved is not None:
        today |= set(context.recipe.moved.spec.variables.values())
    variables = {old: name for name in sorted(today) for old in context.earlier("variables", name)}
    return {"moved": {"nodes": moved_nodes(context, context.nodes), "variables": variables}}


def _in_order(nodes: list[Node]) -> list[Node]:
    """Return the nodes so that each comes after what it reads, otherwise in the order of the pipeline.

    What reads only files comes first: a file that cannot be had, or a table that is not what the spec says,
    is found out before anything long begins.
    """
    by_address = {node.address: node for node in nodes}
    done: dict[str, Node] = {}

    def visit(node: Node) -> None:
        if node.address in done:
            return
        for address in sorted(node.inputs.nodes()):
            if address in by_address:
                visit(by_address[address])
        done[node.address] = replace(node)

    for node in sorted(nodes, key=lambda node: bool(node.inputs.frames)):
        visit(node)
    return list(done.values())


__all__ = ["Compilation", "compile_bundle"]
