"""`specc status`: the runs that use a store just now."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from runtime.locations import is_elsewhere, shown
from runtime.running.live import live_runs
from specc.exits import Exit
from specc.render.columns import count, duration, indented, size, table
from specc.stores import existing_store, reached, store_argument

if TYPE_CHECKING:
    from runtime.store import Store

_DIGITS = 12
_HEAD = ("node", "state", "worker", "part", "elapsed", "memory")


@click.command("status")
@store_argument
@reached()
def command(*, location: str | None) -> Exit:
    """Show the runs that use the store at STORE just now, and what they are at."""
    store = existing_store(location)
    runs = live_runs(store.runs)
    now = time.time()
    here = " on this machine" if is_elsewhere(store.location) else ""
    none = f"no run{here} uses {shown(store.location)} just now"
    click.echo("\n\n".join(_told(run, now) for run in runs) or none)
    if here:
        click.echo(f"\nof runs on other machines only this is known: {_elsewhere(store)}")
    return Exit.OK


def _elsewhere(store: Store) -> str:
    by_machine = Counter(store.held_elsewhere())
    building = [f"{machine} is at {count(steps, 'step')}" for machine, steps in sorted(by_machine.items())]
    return ", ".join(building) or "none of them is building anything"


def _told(run: dict[str, Any], now: float) -> str:
    head = f"{run['bundle']}, plan {run['plan'][:_DIGITS]}, process {run['pid']}"
    counts = (
        f"{run['done']} of {run['nodes']} nodes done, {len(run['running'])} running, {run['waiting']} waiting"
    )
    lines = [f"{head}: {counts}, for {duration(now - run['begun'])}"]
    if run["running"]:
        rows = [_row(each, now) for each in run["running"]]
        lines += ["", *indented(table(_HEAD, rows, ["elapsed", "memory"]))]
    held = sum(each["held"] or 0 for each in run["running"])
    if run["memory"]:
        lines.append(f"memory {size(held)} of a budget of {size(run['memory'])}")
    return "\n".join(lines)


def _row(each: dict[str, Any], now: float) -> list[str]:
    part = f"{each['done']} of {each['total']}" if each["total"] else "-"
    held = "-" if each["held"] is None else size(each["held"])
    return [
        each["node"],
        each["state"],
        each.get("worker") or "here",
        part,
        duration(now - each["since"]),
        held,
    ]
