"""`specc store gc`: what no published run needs, and nobody has used for a while, goes."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runtime.errors import StoreError
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.columns import count, size
from specc.roots import keys_of, roots
from specc.stores import existing_store, store_argument

if TYPE_CHECKING:
    from runtime.store import Store, Swept

_AGE = re.compile(r"(?P<number>[0-9]+)(?P<unit>[mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def _age(_context: click.Context, _parameter: click.Parameter, text: str) -> float:
    match = _AGE.fullmatch(text.strip())
    if match is None:
        message = f"`{text}` is not an age; write one such as `14d`, `12h` or `0m`"
        raise click.BadParameter(message)
    return float(match["number"]) * _SECONDS[match["unit"]]


@click.command("gc")
@store_argument
@click.option(
    "--older-than", "age", callback=_age, default="14d", show_default=True, metavar="AGE",
    help="Keep what was built or reused since then, needed or not.",
)  # fmt: skip
@click.option("--keep", multiple=True, metavar="RUN", help="A published run that was moved or copied.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
def command(*, location: str | None, age: float, keep: tuple[str, ...], dry_run: bool) -> Exit:
    """Remove from the store in the folder STORE what no published run needs and nobody has used for a while.

    A run remembers where it published; what is there when gc looks decides. Refused while a run goes on.
    """
    store = existing_store(location)
    needed = _needed(store, keep, dry_run=dry_run)
    try:
        swept = store.gc(needed, time.time() - age, remove=not dry_run)
    except StoreError as fault:
        raise CommandFault(Exit.USAGE, fault.message, place=fault.place, remedy=fault.remedy) from fault
    click.echo(_told(swept, dry_run=dry_run))
    return Exit.OK


def _needed(store: Store, keep: tuple[str, ...], *, dry_run: bool) -> frozenset[str]:
    needed = set[str]()
    for root in roots(store, forget=not dry_run):
        known = (
            "is gone: it needs nothing" if root.keys is None else f"needs {count(len(root.keys), 'artifact')}"
        )
        click.echo(f"{root.place} {known}")
        needed |= root.keys or frozenset()
    for name in keep:
        keys = keys_of(Path(name))
        if keys is None:
            raise CommandFault(Exit.USAGE, f"{name} is not the folder of a published run")
        needed |= keys
    return frozenset(needed)


def _told(swept: Swept, *, dry_run: bool) -> str:
    what = f"{count(swept.actions, 'artifact')} and {count(swept.objects, 'file')} of {size(swept.size)}"
    return f"{what} {'would go' if dry_run else 'removed'}"
