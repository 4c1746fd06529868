"""`specc store ls`: what a store holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from runtime.leftovers import leftovers
from runtime.locations import shown
from specc.exits import Exit
from specc.places import places
from specc.render.columns import count, size, table
from specc.render.leftovers import leftovers_text
from specc.roots import roots
from specc.stores import existing_store, reached, store_argument

if TYPE_CHECKING:
    from runtime.store import Entry
    from specc.roots import Root

_DIGITS = 12


@click.command("ls")
@store_argument
@reached()
def command(*, location: str | None) -> Exit:
    """List what the store at STORE holds, node by node, and which published runs need it."""
    store = existing_store(location)
    entries = sorted(store.ls(), key=lambda entry: (entry.address or "", entry.used))
    known = roots(store)
    rows = [_row(entry, known) for entry in entries]
    if rows:
        click.echo(
            "\n".join(table(["node", "key", "files", "size", "used", "needed by"], rows, ["files", "size"]))
        )
    files, held = store.usage()
    # Equal files are kept once, so the sizes above may add up to more.
    click.echo(
        f"\n{count(len(entries), 'artifact')}, {count(files, 'file')} of {size(held)}"
        f" in {shown(store.location)}"
    )
    where = places(location, None)
    click.echo(f"beside it {leftovers_text(leftovers(where.cache, where.chunks))}")
    return Exit.OK


def _row(entry: Entry, known: list[Root]) -> list[str]:
    if entry.is_damaged:
        return ["(broken)", entry.key[:_DIGITS], "-", "-", "-", "-"]
    used = datetime.fromtimestamp(entry.used, UTC).strftime("%Y-%m-%d %H:%M")
    by = [root.place.name for root in known if entry.key in (root.keys or ())]
    sizes = [str(len(entry.files)), size(entry.size)]
    return [entry.address or "?", entry.key[:_DIGITS], *sizes, used, ", ".join(by) or "-"]
