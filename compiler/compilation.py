"""Spec folder in, plan or findings out: the one way through the compiler."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.ahead import parse_expressions_of
from compiler.catalog.engine import EngineCatalog, engine_catalog, engines
from compiler.catalog.lock import LOCK_NAME, LockedSource, read_lock
from compiler.context import Context
from compiler.diagnostics import Diagnostic, Span, has_errors, in_order
from compiler.frame import Stage
from compiler.load import load
from compiler.plan import Node, Plan
from compiler.plan.keys import with_keys
from compiler.repeats import say_repeats
from compiler.steps.accounting import account_for_references
from compiler.steps.bakeoffs import check_bakeoffs
from compiler.steps.breaks import accepted_breaks, check_dates
from compiler.steps.calibrate import calibrate
from compiler.steps.clone import clone
from compiler.steps.engine import materialise
from compiler.steps.exclusions import check_exclusions
from compiler.steps.finish import export, validate
from compiler.steps.held import exports_in_plan
from compiler.steps.impute import impute
from compiler.steps.order import steps_in_order
from compiler.steps.scaffold import scaffold
from compiler.steps.target_facts import check_facts
from compiler.steps.unused import say_unused
from compiler.steps.uprate import uprate
from compiler.suggest import did_you_mean
from compiler.suppression import suppress
from compiler.typed import frame_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.model.recipe import Recipe


def _constrain(context: Context, name: str, span: Span) -> None:
    # Loaded where a bundle has constraints: lint of the others does not pay for it.
    from compiler.steps.constrain import constrain  # noqa: PLC0415

    constrain(context, name, span)


STEPS: dict[str, Callable[[Context, str, Span], None]] = {
    "scaffold": scaffold, "clone": clone, "impute": impute, "constrain": _constrain, "uprate": uprate,
    "materialise": materialise, "calibrate": calibrate, "export": export, "validate": validate,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling a bundle gives: the findings, and the plan when none of them is an error."""

    diagnostics: list[Diagnostic]
    plan: Plan | None
    # The frame after each step that could be carried out.
    frames: tuple[Stage, ...] = ()


def compile_bundle(
    folder: Path, *, sample: float | None = None, engine: EngineCatalog | None = None
) -> Compilation:
    """Compile a bundle folder.

    Args:
        folder: where its spec files and its lock are.
        sample: the share of households to keep, in (0, 1); None keeps all.
        engine: facts that take the place of the committed ones of the engine of that name, as another release
            has them.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder; name the folder of a bundle, such as specs/us_open"
        raise NotADirectoryError(message)
    loaded = load(folder)
    found = list(loaded.diagnostics)
    context = None
    if loaded.recipe is not None:
        context = _walk(loaded.recipe, folder, sample, engine, found)
        found += context.diagnostics if context else ()
    kept = in_order(suppress(found, loaded.documents))
    if context is None or context.incomplete or loaded.recipe is None or has_errors(kept):
        return Compilation(kept, None)
    return Compilation(kept, _plan(context, loaded.recipe, sample), tuple(context.stages))


def _walk(
    recipe: Recipe, folder: Path, sample: float | None, given: EngineCatalog | None, found: list[Diagnostic]
) -> Context | None:
    is_meant = given is not None and given.name == recipe.bundle.spec.engine
    engine = given if is_meant else _engine(recipe, found)
    locks = _locks(folder, found)
    if engine is None or locks is None:
        return None
    parse_expressions_of(recipe)
    context = Context(recipe, engine, locks, sample, folder.as_posix())
    say_repeats(context)
    account_for_references(context)
    for kind, name, span in steps_in_order(context):
        STEPS[kind](context, name, span)
        context.stages.append(
            Stage(
                kind,
                name,
                span,
                context.frame,
                frame_values(context, context.frame, frozenset(context.frame.views)),
            )
        )
        _still_hold(context, kind, name, span)
    check_exclusions(context)
    check_dates(context)
    check_bakeoffs(context)
    check_facts(context)
    say_unused(context)
    return context


def _still_hold(context: Context, kind: str, name: str, span: Span) -> None:
    if context.held:
        from compiler.steps.holding import still_hold  # noqa: PLC0415

        still_hold(context, kind, name, span)


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
               for n, s in sorted(recipe.sources.items(), reverse=True)}  # fmt: skip
    citations = {
        f"{n}.{k}": a.source for n, v in recipe.validations.items() for k, a in v.spec.aggregates.items()
    }
    return Plan(
        bundle=spec.name, period=spec.period, seed=spec.seed,
        engine=context.engine.name, engine_version=context.engine.version,
        memory=spec.budget.memory_bytes, nodes=with_keys(_in_order(nodes), spec.seed), sample=sample,
        metadata={"files": sources, "citations": citations, "exports": exports_in_plan(context),
                  "surface": context.surface, "breaks": accepted_breaks(context)},
    )  # fmt: skip


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
