"""`specc store gc`: what no published run needs, and nobody has used for a while, goes."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runtime.errors import StoreError
from runtime.leftovers import leftovers, remove
from runtime.store import locks
from specc.exits import Exit
from specc.faults import CommandFault
from specc.places import places
from specc.render.columns import count, size
from specc.render.leftovers import leftovers_text
from specc.roots import forget_machine, keys_of, roots
from specc.stores import existing_store, reached, store_argument

if TYPE_CHECKING:
    from runtime.leftovers import Leftover
    from runtime.store import Store, Swept
    from specc.places import Places

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
    help="Keep what was built, fetched or reused since then, needed or not.",
)  # fmt: skip
@click.option("--keep", multiple=True, metavar="RUN", help="A published run that was moved or copied.")
@click.option(
    "--forget", multiple=True, metavar="MACHINE",
    help="Of a shared store: a machine that is no more, so that what it published is not needed.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@reached()
def command(
    *, location: str | None, age: float, keep: tuple[str, ...], forget: tuple[str, ...], dry_run: bool
) -> Exit:
    """Remove from the store at STORE what no published run needs and nobody has used for a while.

    A run remembers where it published; what is there when gc looks decides, and a run
    needs its numbers too. Of what lies beside the store, fetched files and finished parts of interrupted
    steps, everything goes that nobody has used for as long: it can be had again. Refused while a run goes on.
    """
    store, where, before = existing_store(location), places(location, None), time.time() - age
    needed = _needed(store, keep, forget, dry_run=dry_run)
    swept = store.gc(needed, before, remove=not dry_run)
    beside = _beside(store, where, before, dry_run=dry_run)
    click.echo(_told(swept, dry_run=dry_run))
    click.echo(f"{leftovers_text(beside)} beside it {'would go' if dry_run else 'removed'}")
    return Exit.OK


def _beside(store: Store, where: Places, before: float, *, dry_run: bool) -> list[Leftover]:
    refusal = StoreError("the store is in use", place=str(store.root), remedy="collect again when it is not")
    with locks.held_or_refused(store.use_lock, refusal):
        old = [each for each in leftovers(where.cache, where.chunks) if each.used < before]
        if not dry_run:
            remove(old)
    return old


def _needed(store: Store, keep: tuple[str, ...], forget: tuple[str, ...], *, dry_run: bool) -> frozenset[str]:
    needed = set[str]()
    for machine in () if dry_run else forget:
        forget_machine(store, machine)
    for root in roots(store, forget=not dry_run):
        if root.machine in forget:
            continue
        known = (
            "is gone: it needs nothing" if root.keys is None else f"needs {count(len(root.keys), 'artifact')}"
        )
        click.echo(f"{root} {known}")
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
