"""`specc show`: the life of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.catalog.engine import engine_catalog
from compiler.plan.life import life, variables
from compiler.suggest import did_you_mean
from specc.cli.common import FOLDER, planned
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.life import life_text

if TYPE_CHECKING:
    from pathlib import Path


@click.command("show")
@click.argument("variable")
@click.argument("bundle", type=FOLDER)
def command(*, variable: str, bundle: Path) -> Exit:
    """Show where VARIABLE is made, written anew, read and exported in the bundle in the folder BUNDLE."""
    plan = planned(bundle, None)
    shown = life(plan, variable)
    if shown.empty:
        remedy = did_you_mean(variable, variables(plan)) or "`specc plan BUNDLE` shows what is written"
        raise CommandFault(Exit.USAGE, f"no step of {bundle} makes `{variable}`", remedy=remedy)
    click.echo(life_text(shown, plan.engine, engine_catalog(plan.engine).get(variable)))
    return Exit.OK
