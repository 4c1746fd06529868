"""`specc engine snapshot`: the facts of the installed engine, for lint to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.catalog.engine import SNAPSHOTS
from runtime.engine.installed import DISTRIBUTION, ENGINE, installed_version
from runtime.engine.snapshot import write_snapshot
from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.columns import size
from specc.told import told

if TYPE_CHECKING:
    from pathlib import Path

_SIBLINGS = (".jsonl", ".indices.json", ".enums.json")


@click.group("engine")
def command() -> None:
    """Work with the tax-benefit engine."""


@command.command("snapshot")
@click.option("--out", type=FOLDER, help="A .jsonl file.  [default: the committed one in schemas/engines]")
def snapshot(*, out: Path | None) -> Exit:
    """Import the installed engine (a minute, 1 GiB) and write its variables down, one a line."""
    target = out or SNAPSHOTS / f"{ENGINE}.jsonl"
    if target.suffix != ".jsonl":
        raise click.BadParameter("name a file that ends in .jsonl", param_hint="--out")
    if installed_version() is None:
        message, remedy = f"{DISTRIBUTION} is not installed", "pip install 'specc[run]'"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)
    click.echo(f"importing {DISTRIBUTION} {installed_version()}", err=True)
    with told(note=None):
        write_snapshot(target)
    for path in (target.with_suffix(suffix) for suffix in _SIBLINGS):
        click.echo(f"written {path} ({size(path.stat().st_size)})")
    return Exit.OK
