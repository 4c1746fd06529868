"""`specc init`: a small, complete bundle to start from."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from specc.exits import Exit
from specc.faults import CommandFault

TEMPLATE = Path(__file__).parents[1] / "template"


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(*, folder: Path) -> Exit:
    """Write a small, complete bundle with its data into FOLDER, which must not be there yet."""
    if folder.exists() or folder.is_symlink():
        raise CommandFault(Exit.USAGE, f"{folder} is there already", remedy="name a folder that is not")
    try:
        shutil.copytree(TEMPLATE, folder)
    except OSError as error:
        raise CommandFault(Exit.USAGE, f"{folder} cannot be written: {error}") from error
    click.echo(f"wrote {folder}: `specc lint {folder}` checks it, `specc run {folder}` builds it")
    return Exit.OK
