"""`specc engine diff`: what another release of the engine changes, and what that means for a bundle."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from compiler.catalog.releases import compare_releases
from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.faults import CommandFault
from specc.releases import meaning
from specc.render.releases import releases_json, releases_text
from specc.snapshots import snapshot, the_engine

if TYPE_CHECKING:
    from pathlib import Path


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--bundle", type=FOLDER, help="Show also what the change means for this bundle.")
@click.option(
    "--engine", metavar="NAME", help="Which engine, where there are committed snapshots of several."
)
@click.option("--detailed-exitcode", "detailed", is_flag=True, help="End with 2 where something differs.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people or for machines.",
)  # fmt: skip
def command(
    *, old: str, new: str, bundle: Path | None, engine: str | None, detailed: bool, form: str
) -> Exit:
    """Show what differs between two releases of the engine, OLD and NEW.

    Each is a snapshot (a .jsonl file with its two siblings), the word `committed` for the snapshot that lint
    reads, or a git ref for that snapshot as it stood then.
    """
    name = the_engine(engine)
    with ExitStack() as stack:
        before, after = snapshot(old, name, stack), snapshot(new, name, stack)
        if before.name != after.name:
            message = f"{old} is of {before.name}, {new} of {after.name}"
            raise CommandFault(Exit.USAGE, message, remedy="name two snapshots of one engine")
        diff = compare_releases(before, after)
        means = None if bundle is None else meaning(bundle, before, after)
    click.echo(releases_json(diff, means) if form == "json" else releases_text(diff, means))
    return Exit.CHANGES if detailed and not diff.empty else Exit.OK
