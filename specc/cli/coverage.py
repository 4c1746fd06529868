"""`specc coverage`: what became of every row of the tables of facts, of a run or as a bundle declares it."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from runtime.fetch.bring import bring
from runtime.stand_ins import parts_of
from specc.building import surroundings
from specc.cli.common import FOLDER, existing, form_option, planned
from specc.covers import GROUPS, counted, declared, reasons, sources, totals
from specc.exits import Exit
from specc.faults import CommandFault
from specc.places import places
from specc.published import published_run
from specc.render.coverage import coverage_markdown, coverage_text
from specc.runs import is_run
from specc.told import told

if TYPE_CHECKING:
    import polars as pl

    from compiler.plan import Plan
    from specc.places import Places


@click.command("coverage")
@click.argument("folder", type=FOLDER)
@click.option("--run", type=FOLDER, help="Folder of a run of the bundle: shows what it used.")
@click.option(
    "--by", type=click.Choice(list(GROUPS)), default="family", show_default=True, help="What a row is."
)
@click.option("--sources", "overrides", type=FOLDER, help="Folder of files that stand in for the sources.")
@form_option
def command(*, folder: Path, run: Path | None, by: str, overrides: Path | None, form: str) -> Exit:
    """Show what every row of the tables of facts is used for, and why it is not.

    FOLDER is a published run, or a bundle: its tables are fetched then, and facts are counted as declared.
    What a run of the bundle made of them is told by --run.
    """
    shown = run or (folder if is_run(folder) else None)
    if shown is not None:
        found = published_run(shown)
        lines, title = found.coverage, f"facts of {found.plan.bundle}, as the run used them"
    else:
        plan = planned(existing(folder), None)
        lines = _as_declared(plan, folder, places(None, overrides))
        title = f"facts of {plan.bundle}, as declared: who carries each is known after a run"
    if form == "json":
        said = {"by": by, "groups": counted(lines, by), "all": totals(lines)}
        said |= {"not_used": reasons(lines), "sources": sources(lines)}
        click.echo(json.dumps(said, indent=1))
    else:
        click.echo((coverage_text if form == "text" else coverage_markdown)(lines, by, title))
    return Exit.OK


def _as_declared(plan: Plan, bundle: Path, where: Places) -> pl.DataFrame:
    names = list(plan.metadata.get("targets", {}))
    if not names:
        raise CommandFault(Exit.USAGE, f"{plan.bundle} has no facts", remedy="name a bundle that calibrates")
    around = surroundings(plan, bundle, where)
    with TemporaryDirectory(prefix="specc-coverage-") as folder, told(note=None):
        tables = {name: Path(folder) / name for name in names}
        for name, path in tables.items():
            node = plan.node(plan.node(f"facts.{name}").inputs.artifacts["table"])
            bring(parts_of(node.parameters, around), where.cache, where.overrides, path)
        return declared(plan, tables)
