"""`specc sources diff`: what a new lock means for a bundle. Reads specs and locks, no data, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.catalog.editions import compare_locks, not_locked
from compiler.load import load
from compiler.reads import raw_reads
from compiler.steps.files import tables_of
from specc.cli.common import FOLDER, tell
from specc.editions import lock_against, lock_of
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.editions import editions_json, editions_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.model.recipe import Recipe


@click.command("diff")
@click.argument("bundle", type=FOLDER)
@click.option(
    "--against", metavar="REF|LOCKFILE", default="HEAD", show_default=True,
    help="The lock before: the bundle's at a git ref, or a file.",
)  # fmt: skip
@click.option("--detailed-exitcode", "detailed", is_flag=True, help="End with 2 where something differs.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people or for machines.",
)  # fmt: skip
def command(*, bundle: Path, against: str, detailed: bool, form: str) -> Exit:
    """Show what the lock of BUNDLE says otherwise than before, and what of the bundle reads it."""
    recipe, after = _recipe(bundle), lock_of(bundle)
    changes = not_locked(after, [t for source in recipe.sources.values() for t in tables_of(source)])
    changes += compare_locks(lock_against(against, bundle), after, raw_reads(recipe))
    changes.sort(key=lambda change: change.source)
    head = f"sources of {bundle.as_posix()} against {against}"
    click.echo(editions_json(changes) if form == "json" else editions_text(changes, head))
    return Exit.CHANGES if changes and detailed else Exit.OK


def _recipe(bundle: Path) -> Recipe:
    """Return what of the bundle can be read; its findings are told."""
    if not bundle.is_dir():
        remedy = "name the folder of a bundle, such as specs/us_open"
        raise CommandFault(Exit.USAGE, f"{bundle} is not a folder", remedy=remedy)
    loaded = load(bundle)
    tell(loaded.diagnostics)
    if loaded.recipe is None:
        message = f"{bundle} cannot be read, so that nobody knows what reads a column"
        raise CommandFault(Exit.FINDINGS, message, remedy="mend the findings above")
    return loaded.recipe
