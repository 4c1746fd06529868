"""`specc store verify`: is every byte of a store what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.exits import Exit
from specc.render.columns import count
from specc.stores import existing_store, reached, store_argument

if TYPE_CHECKING:
    from runtime.store import Damage

_DIGITS = 12


@click.command("verify")
@store_argument
@reached()
def command(*, location: str | None) -> Exit:
    """Read every byte of the store at STORE again, and name the artifacts that are broken.

    Nothing is touched: the next run that needs a broken artifact builds it again.
    """
    store = existing_store(location)
    named = {entry.key: entry.address for entry in store.ls()}
    damage = store.verify()
    for each in damage:
        click.echo(_told(each, named))
    if damage:
        broken = {key for each in damage for key in each.keys}
        click.echo(
            f"\n{count(len(broken), 'artifact')} of {len(named)} broken; a run that needs one builds it again"
        )
        return Exit.FINDINGS
    click.echo(f"{count(len(named), 'artifact')}, every byte as it was written")
    return Exit.OK


def _told(damage: Damage, named: dict[str, str | None]) -> str:
    whose = [f"{named.get(key) or 'a record'} ({key[:_DIGITS]})" for key in damage.keys]
    return f"{', '.join(whose) or 'what nothing needs'}: {damage.fault.message}\n  at: {damage.fault.place}"
