"""What another release of the engine means for a bundle: findings that come and go, nodes that run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.compilation import compile_bundle
from compiler.load import load
from compiler.plan.diff import compare
from compiler.plan.life import life, variables
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.catalog.engine import EngineCatalog
    from compiler.diagnostics import Diagnostic
    from compiler.plan import Plan
    from compiler.plan.diff import PlanDiff


@dataclass(frozen=True, slots=True)
class Meaning:
    """Findings that appear and that go; the plans compared, None where the bundle has errors with either.

    `made` is, for every engine variable that the bundle's plan holds, the place that first writes it.
    """

    bundle: str
    appearing: tuple[Diagnostic, ...]
    going: tuple[Diagnostic, ...]
    plan: PlanDiff | None
    made: dict[str, str]


def meaning(bundle: Path, before: EngineCatalog, after: EngineCatalog) -> Meaning:
    """Compile a bundle against both releases and compare what comes of it.

    Raises:
        CommandFault: there is no such folder, or the bundle is for another engine.
    """
    _check_engine(bundle, after.name)
    old, new = (compile_bundle(bundle, engine=engine) for engine in (before, after))
    were, are = _known(old.diagnostics, before), _known(new.diagnostics, after)
    plan = compare(old.plan, new.plan) if old.plan and new.plan else None
    return Meaning(
        bundle.as_posix(),
        tuple(finding for known, finding in are.items() if known not in were),
        tuple(finding for known, finding in were.items() if known not in are),
        plan,
        _made(old.plan or new.plan, before, bundle),
    )


def _check_engine(bundle: Path, engine: str) -> None:
    if not bundle.is_dir():
        remedy = "name the folder of a bundle, such as specs/us_open"
        raise CommandFault(Exit.USAGE, f"{bundle} is not a folder", remedy=remedy)
    recipe = load(bundle).recipe
    if recipe is not None and recipe.bundle.spec.engine != engine:
        message = f"{bundle} is a bundle for {recipe.bundle.spec.engine}, the snapshots are of {engine}"
        raise CommandFault(Exit.USAGE, message, remedy="name two snapshots of its engine")


def _known(findings: list[Diagnostic], engine: EngineCatalog) -> dict[tuple[object, ...], Diagnostic]:
    """Return findings by what is the same for both releases: their sentences may name the version."""
    return {(d.code, d.span, d.message.replace(engine.version, "")): d for d in findings}


def _made(plan: Plan | None, engine: EngineCatalog, bundle: Path) -> dict[str, str]:
    if plan is None:
        return {}
    lives = {name: life(plan, name) for name in sorted(variables(plan)) if name in engine}
    return {name: (bundle / made.written[0].place).as_posix() for name, made in lives.items() if made.written}
