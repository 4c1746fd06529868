"""`specc show`: the life of a variable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.catalog.engine import engine_catalog
from compiler.plan.life import life, variables
from compiler.suggest import did_you_mean
from compiler.wording import quoted
from specc.cli.common import FOLDER, compiled, plan_in, tell
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.life import life_text

if TYPE_CHECKING:
    from compiler.catalog.engine import EngineCatalog
    from compiler.diagnostics import Span
    from compiler.plan import Plan


@click.command("show")
@click.argument("variable")
@click.argument("bundle", type=FOLDER)
def command(*, variable: str, bundle: Path) -> Exit:
    """Show where VARIABLE is made, written anew, read and exported in the bundle in the folder BUNDLE."""
    compilation = compiled(bundle)
    tell(compilation.diagnostics)
    plan = plan_in(compilation, bundle)
    engine = engine_catalog(plan.engine)
    lines = {node: _line(span) for node, span in compilation.written_at(variable).items()}
    shown = life(plan, variable, lines)
    if shown.empty:
        raise CommandFault(
            Exit.USAGE, f"no step of {bundle} makes `{variable}`", remedy=_remedy(plan, variable, engine)
        )
    click.echo(life_text(shown, plan.engine, engine.get(variable)))
    return Exit.OK


def _line(span: Span) -> str:
    return f"{Path(span.file).name}:{span.line}:{span.column}"


def _remedy(plan: Plan, variable: str, engine: EngineCatalog) -> str:
    """Return what to ask for instead: what the engine computes it from, or a name that is close."""
    made = variables(plan)
    leaves = [leaf for leaf in engine.leaves(variable) if leaf in made]
    if leaves:
        return f"{plan.engine} computes it, of {quoted(leaves)}"
    if engine.computes(variable):
        return f"{plan.engine} computes it, by a formula"
    return did_you_mean(variable, made) or "`specc plan BUNDLE` shows what is written"
