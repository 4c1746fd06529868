"""`specc status`: the runs that use a store just now."""

from __future__ import annotations

import time
from typing import Any

import click

from runtime.running.live import live_runs
from specc.exits import Exit
from specc.render.columns import duration, indented, size, table
from specc.stores import existing_store, store_argument

_DIGITS = 12
_HEAD = ("node", "state", "worker", "part", "elapsed", "memory")


@click.command("status")
@store_argument
def command(*, location: str | None) -> Exit:
    """Show the runs that use the store in the folder STORE just now, and what they are at."""
    store = existing_store(location)
    runs = live_runs(store.runs)
    now = time.time()
    click.echo("\n\n".join(_told(run, now) for run in runs) or f"no run uses {store.root} just now")
    return Exit.OK


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
