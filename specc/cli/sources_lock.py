"""`specc sources lock`: fetch the sources of a bundle and write down what their columns are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.catalog.lock import LOCK_NAME, LockedColumn, LockedSource, read_lock, render_lock
from compiler.diagnostics import Diagnostic, has_errors, in_order
from compiler.expressions import ExpressionError, parse
from compiler.load import load
from compiler.syntax.reader import refusal
from runtime.errors import DigestMismatch
from runtime.locking import Wanted, describe_sources
from specc.cli.common import FOLDER, tell
from specc.exits import Exit
from specc.faults import CommandFault
from specc.files import write_file
from specc.locks import lock_changes
from specc.places import places
from specc.render.columns import count
from specc.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from specc.places import Places


@click.command("lock")
@click.argument("bundle", type=FOLDER)
@click.option("--sources", type=FOLDER, help="Folder of files that stand in for the sources.")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where the lock there is would change.")
def command(*, bundle: Path, sources: Path | None, check: bool) -> Exit:
    """Fetch every source of BUNDLE and write what its columns hold to sources.lock, which lint reads.

    A file must have the sha256 that its source pins; the lock never changes what is pinned.
    """
    declared = _declared(bundle)
    where = places(None, sources)
    before = _locked_so_far(bundle)
    after = _described(declared, where, bundle)
    content, file = render_lock(after).encode(), bundle / LOCK_NAME
    if check:
        _tell_changes(before, after)
        return _checked(file, content)
    write_file(file, content)
    _tell_changes(before, after)
    click.echo(f"written to {file}")
    return Exit.OK


def _checked(file: Path, content: bytes) -> Exit:
    if refusal(file, file.parent.resolve()) is None and file.read_bytes() == content:
        click.echo(f"{file} is current")
        return Exit.OK
    click.echo(f"{file} is stale; run `specc sources lock {file.parent}`")
    return Exit.FINDINGS


def _tell_changes(before: dict[str, LockedSource], after: dict[str, LockedSource]) -> None:
    for name, source in after.items():
        changes = lock_changes(before.get(name), source)
        facts = f"{count(source.rows, 'row')}, {count(len(source.columns), 'column')}"
        click.echo(f"{name}: {facts}; {'; '.join(changes) or 'unchanged'}")
    for name in sorted(set(before) - set(after)):
        click.echo(f"{name}: no longer declared")


def _declared(bundle: Path) -> dict[str, Definition[Source]]:
    """Return the sources of a bundle or library. What is only wrong with its lock does not matter here."""
    if not bundle.is_dir():
        remedy = "name the folder of a bundle, such as specs/us_open"
        raise CommandFault(Exit.USAGE, f"{bundle} is not a folder", remedy=remedy)
    loaded = load(bundle)
    sources = loaded.sources
    # A library declares no bundle, and has sources to lock all the same.
    found = [d for d in loaded.diagnostics if d.code != "SPC105" or not sources]
    found += _unsafe(sources.values())
    tell(in_order(found))
    if has_errors(found):
        raise CommandFault(Exit.FINDINGS, f"{bundle} cannot be locked", remedy="mend the findings above")
    return sources


def _unsafe(sources: Iterable[Definition[Source]]) -> list[Diagnostic]:
    """Return a finding for each `where` that is no expression of the language: it is put into a query."""
    found = []
    for source in sources:
        try:
            parse("true" if source.spec.where is None else str(source.spec.where))
        except ExpressionError as error:
            message = f"in `{source.spec.where}`: {error}"
            found.append(Diagnostic("SPC301", message, source.at("where"), error.remedy))
    return found


def _locked_so_far(bundle: Path) -> dict[str, LockedSource]:
    try:
        return read_lock(bundle)
    except ValueError as error:
        click.echo(f"the lock there was cannot be read ({error}); a new one takes its place", err=True)
        return {}


def _described(
    declared: dict[str, Definition[Source]], where: Places, bundle: Path
) -> dict[str, LockedSource]:
    specs = {name: source.spec for name, source in declared.items()}
    wanted = [
        Wanted(name, spec.locator, spec.sha256, None if spec.where is None else str(spec.where))
        for name, spec in specs.items()
    ]
    with told(note="the lock is as it was"):
        try:
            described = describe_sources(wanted, where.cache, where.overrides, bundle, _reading)
        except DigestMismatch as fault:
            fault.remedy = "if the change is meant, write the digest it has now as `sha256:` of the source"
            raise
    return {
        name: _locked(specs[name], rows, {c: LockedColumn(c, *facts) for c, facts in columns.items()})
        for name, (rows, columns) in described.items()
    }


def _locked(spec: Source, rows: int, columns: dict[str, LockedColumn]) -> LockedSource:
    return LockedSource(spec.sha256, spec.licence, spec.locator, rows, columns)


def _reading(name: str) -> None:
    click.echo(f"reading {name}", err=True)
