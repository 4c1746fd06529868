"""`specc report`: a published run as one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.files import write_file
from specc.published import published_run
from specc.render.columns import size
from specc.report.page import page

if TYPE_CHECKING:
    from pathlib import Path


@click.command("report")
@click.argument("run", metavar="RUN", type=FOLDER)
@click.option("--out", type=FOLDER, help="File to write.  [default: RUN.html, beside the folder]")
def command(*, run: Path, out: Path | None) -> Exit:
    """Write a page about the run published in the folder RUN: one file, which needs no network."""
    # Beside the run and not in it: what is in it is vouched for.
    file = out or run.resolve().with_name(f"{run.resolve().name}.html")
    text = page(published_run(run)).encode()
    write_file(file, text)
    click.echo(f"written to {file} ({size(len(text))})")
    return Exit.OK
