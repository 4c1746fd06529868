"""`specc diff`: two published runs compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER, form_option
from specc.comparison.change import STATUSES
from specc.comparison.compare import compare
from specc.exits import Exit
from specc.published import published_run
from specc.render.runs import SHOWN, runs_markdown, runs_text

if TYPE_CHECKING:
    from pathlib import Path


@click.command("diff")
@click.argument("then", metavar="RUN", type=FOLDER)
@click.argument("now", metavar="RUN", type=FOLDER)
@form_option
@click.option(
    "--all", "everything", is_flag=True, help=f"Show every row, not only the {SHOWN} that moved most."
)
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(STATUSES),
    help="Show only the columns, variables, facts and totals that came, went or changed; may be repeated.",
)  # fmt: skip
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 when the runs differ.")
def command(
    *, then: Path, now: Path, form: str, everything: bool, statuses: tuple[str, ...], detailed_exitcode: bool
) -> Exit:
    """Compare two published runs, the earlier one first: columns, variables, facts, weights, totals."""
    found = compare(published_run(then), published_run(now))
    most = None if everything else SHOWN
    if form == "json":
        said = found.only(statuses).as_json()
        click.echo(json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))
    else:
        write = runs_text if form == "text" else runs_markdown
        click.echo(write(found, most, statuses))
    return Exit.CHANGES if detailed_exitcode and not found.same else Exit.OK
