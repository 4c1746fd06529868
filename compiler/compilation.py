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

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.model.recipe import Recipe

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

    `sample` is the share of households to keep, in (0, 1); None keeps all. `read` gives the bytes of a spec file.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder; name the folder of a bundle, such as specs/us_open"
        raise NotADirectoryError(message)
    loaded = load(folder, read)
    found = list(loaded.diagnostics)
    context = None
    if loaded.recipe is not None:
        context = _walk(loaded.recipe, folder, sample, found)
        found += context.diagnostics if context else ()
    kept = _with_fixes(in_order(suppress(found, loaded.documents)), loaded)
    if context is None or context.incomplete or loaded.recipe is None or has_errors(kept):
        return Compilation(kept, None)
    return Compilation(kept, _plan(context, loaded.recipe, sample))


def _with_fixes(found: list[Diagnostic], loaded: Loaded) -> list[Diagnostic]:
    if not found:
        return found
    # Imported when asked for: a bundle in order needs no way to mend it.
    from compiler.fixes import with_fixes  # noqa: PLC0415

    return with_fixes(found, loaded.documents)


def _walk(recipe: Recipe, folder: Path, sample: float | None, found: list[Diagnostic]) -> Context | None:
    engine = _engine(recipe, found)
    locks = _locks(folder, found)
    if engine is None or locks is None:
        return None
    context = Context(recipe, engine, locks, sample, folder.as_posix())
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


def _plan(context: Context, recipe: Recipe, sample: float | None) -> Plan:
    spec = recipe.bundle.spec
    nodes: list[Node] = list(context.nodes.values())
    sources = {s.spec.sha256: {"source": n, **s.spec.model_dump(include={"locator", "licence", "title"})}
               for n, s in reversed(recipe.sources.items())}  # fmt: skip
    citations = {
        f"{n}.{k}": a.source for n, v in recipe.validations.items() for k, a in v.spec.aggregates.items()
    }
    return Plan(
        bundle=spec.name, period=spec.period, seed=spec.seed,
        engine=context.engine.name, engine_version=context.engine.version,
        memory=spec.budget.memory_bytes, nodes=with_keys(_in_order(nodes), spec.seed), sample=sample,
        metadata={"files": sources, "citations": citations, **_moved(context)},
    )  # fmt: skip


def _moved(context: Context) -> dict[str, dict[str, dict[str, str]]]:
    """Return what was called otherwise, where something was: old address or variable to the one of today."""
    if context.recipe.moved is None:
        return {}
    today = set(context.recipe.moved.spec.variables.values())
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
