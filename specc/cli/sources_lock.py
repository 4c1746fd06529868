"""`specc sources lock`: fetch the sources of a bundle and write down what their columns are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from compiler.catalog.layouts import layouts_of, read_layout
from compiler.catalog.lock import LOCK_NAME, LockedColumn, LockedSource, read_lock, render_lock
from compiler.diagnostics import Diagnostic, has_errors, in_order
from compiler.expressions import ExpressionError, parse
from compiler.load import load
from compiler.steps.files import tables_of
from compiler.syntax.reader import refusal
from runtime.errors import DigestMismatch
from runtime.fetch.parts import Part, stand_in
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

    from compiler.catalog.layouts import Columns
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.files import Table
    from specc.places import Places


@click.command("lock")
@click.argument("bundle", type=FOLDER)
@click.option("--sources", type=FOLDER, help="Folder of files that stand in for the sources.")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where the lock there is would change.")
@click.option(
    "--from-layout", "layouts", metavar="NAME", multiple=True,
    help="Lock this source, or SOURCE.JOIN, from its layout and fetch nothing. May be repeated.",
)  # fmt: skip
def command(*, bundle: Path, sources: Path | None, check: bool, layouts: tuple[str, ...]) -> Exit:
    """Fetch every source of BUNDLE and write what its columns hold to sources.lock, which lint reads.

    A file must have the sha256 that its source pins; the lock never changes what is pinned. A file that
    nothing pins comes from the folder of --sources, else its layout is taken.
    """
    declared = _declared(bundle)
    where = places(None, sources)
    before = _locked_so_far(bundle)
    after = _described(declared, where, bundle, frozenset(layouts))
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
        rows = "by its layout" if source.documented else count(source.rows, "row")
        facts = f"{rows}, {count(len(source.columns), 'column')}"
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
    declared: dict[str, Definition[Source]], where: Places, bundle: Path, from_layout: frozenset[str]
) -> dict[str, LockedSource]:
    tables = {table.name: table for source in declared.values() for table in tables_of(source)}
    _refuse_unknown(from_layout, tables)
    layouts = _layouts(declared, bundle)
    documented = {name: each for name, each in layouts.items()
                  if name in from_layout or _cannot_be_had(tables[name], where)}  # fmt: skip
    wanted = [_wanted(t, layouts.get(name)) for name, t in tables.items() if name not in documented]
    with told(note="the lock is as it was"):
        try:
            described = describe_sources(wanted, where.cache, where.overrides, bundle, _reading)
        except DigestMismatch as fault:
            fault.remedy = "if the change is meant, write the digest it has now as `sha256:` of the source"
            raise
    found = {
        name: _locked(tables[name], rows, {c: LockedColumn(c, *facts) for c, facts in columns.items()})
        for name, (rows, columns) in described.items()
    }
    told_of = {n: replace(_locked(tables[n], 0, c), documented=True) for n, c in documented.items()}
    return found | told_of


def _layouts(declared: dict[str, Definition[Source]], bundle: Path) -> dict[str, Columns]:
    """Return the documented columns of every table that has a layout."""
    named = {t: each for source in declared.values() for t, each in layouts_of(source).items()}
    read = {table: read_layout(bundle, path, place) for table, (path, place) in named.items()}
    found = list(dict.fromkeys(problem for _, problems in read.values() for problem in problems))
    tell(in_order(found))
    if found:
        raise CommandFault(Exit.FINDINGS, f"{bundle} cannot be locked", remedy="mend the findings above")
    return {table: columns for table, (columns, _) in read.items() if columns is not None}


def _refuse_unknown(from_layout: frozenset[str], tables: dict[str, Table]) -> None:
    for name in sorted(from_layout):
        if name not in tables or not tables[name].layout:
            known = ", ".join(n for n, table in tables.items() if table.layout) or "none"
            message = f"`{name}` has no layout to lock from"
            raise CommandFault(Exit.USAGE, message, remedy=f"those that have: {known}")


def _cannot_be_had(table: Table, where: Places) -> bool:
    """Tell whether nothing pins a file of a table, and nobody has put it into the folder of sources."""
    parts = _wanted(table).parts
    return any(part.sha256 is None and stand_in(part, where.overrides) is None for part in parts)


def _wanted(table: Table, layout: Columns | None = None) -> Wanted:
    where = table.source.spec.where if table.join is None else None
    text = None if where is None else str(where)
    reads = frozenset[str]() if text is None else parse(text).columns
    parts = tuple(Part(name, p.locator, p.digest, comment=p.comment) for name, p in table.named_parts)
    types = None if layout is None else {name: column.type for name, column in layout.items()}
    return Wanted(table.name, parts[0].locator, parts[0].sha256, text, parts, reads, types)


def _locked(table: Table, rows: int, columns: dict[str, LockedColumn]) -> LockedSource:
    return LockedSource(table.content, table.source.spec.licence, table.locator, rows, columns)


def _reading(name: str) -> None:
    click.echo(f"reading {name}", err=True)
