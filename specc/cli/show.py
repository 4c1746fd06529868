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
@click.option("--run", type=FOLDER, help="Folder of a published run: shows the variable's numbers in it too.")
def command(*, variable: str, bundle: Path, run: Path | None) -> Exit:
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
    facts = engine.get(variable)
    declared = compilation.computed_at(variable)
    place = _line(declared) if declared else ""
    click.echo(life_text(shown, plan.engine, facts, place, _parts(plan, variable, engine)))
    if run is not None:
        click.echo(_numbers(plan.bundle, variable, run, facts.unit if facts else None))
    return Exit.OK


def _numbers(bundle: str, variable: str, run: Path, unit: str | None) -> str:
    # What reads data is imported when it is asked for.
    from specc.published import published_run  # noqa: PLC0415
    from specc.render.numbers import numbers_text  # noqa: PLC0415

    published = published_run(run)
    if published.plan.bundle != bundle:
        message = f"{run} is a run of {published.plan.bundle}, not of {bundle}"
        raise CommandFault(Exit.USAGE, message, remedy="name a run of this bundle, such as build/NAME")
    rows = [row for row in published.numbers.iter_rows(named=True) if row["variable"] == variable]
    return numbers_text(run, rows, unit)


def _line(span: Span) -> str:
    return f"{Path(span.file).name}:{span.line}:{span.column}"


def _remedy(plan: Plan, variable: str, engine: EngineCatalog) -> str:
    """Return what to ask for instead: what the engine computes it from, or a name that is close."""
    if parts := _parts(plan, variable, engine):
        return f"{plan.engine} computes it, of {quoted(parts)}"
    if engine.computes(variable):
        return f"{plan.engine} computes it, by a formula"
    return did_you_mean(variable, variables(plan)) or "`specc plan BUNDLE` shows what is written"


def _parts(plan: Plan, variable: str, engine: EngineCatalog) -> list[str]:
    """Return the variables of the plan that the engine adds up to this one."""
    made = variables(plan)
    return [leaf for leaf in engine.leaves(variable) if leaf in made and leaf != variable]
