"""`specc engine snapshot`: the facts of the installed engine, for lint to read."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from compiler.catalog.engine import SNAPSHOTS
from runtime.engine.installed import DISTRIBUTION, ENGINE, installed_version
from runtime.engine.snapshot import write_snapshot
from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.columns import size
from specc.told import told

_SIBLINGS = (".jsonl", ".indices.json", ".enums.json")


@click.command("snapshot")
@click.option("--out", type=FOLDER, help="A .jsonl file.  [default: the committed one in schemas/engines]")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where a file there is would change.")
def command(*, out: Path | None, check: bool) -> Exit:
    """Import the installed engine (a minute, 1 GiB) and write its variables down, one a line."""
    target = out or SNAPSHOTS / f"{ENGINE}.jsonl"
    if target.suffix != ".jsonl":
        raise click.BadParameter("name a file that ends in .jsonl", param_hint="--out")
    if installed_version() is None:
        message, remedy = f"{DISTRIBUTION} is not installed", "pip install 'specc[run]'"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)
    click.echo(f"importing {DISTRIBUTION} {installed_version()}", err=True)
    return _checked(target) if check else _written(target)


def _written(target: Path) -> Exit:
    with told(note=None):
        write_snapshot(target)
    for path in _files(target):
        click.echo(f"written {path} ({size(path.stat().st_size)})")
    return Exit.OK


def _checked(target: Path) -> Exit:
    with tempfile.TemporaryDirectory(prefix="specc-snapshot-") as folder:
        # Under the same name: the snapshot names the files beside it.
        fresh = Path(folder) / target.name
        with told(note=None):
            write_snapshot(fresh)
        pairs = zip(_files(target), _files(fresh), strict=True)
        stale = [old for old, new in pairs if not old.is_file() or old.read_bytes() != new.read_bytes()]
    for path in stale:
        click.echo(f"{path} is stale" if path.is_file() else f"{path} is missing")
    if stale:
        click.echo(f"write them anew with `specc engine snapshot --out {target}`")
        return Exit.FINDINGS
    click.echo(f"{target} is current")
    return Exit.OK


def _files(target: Path) -> list[Path]:
    return [target.with_suffix(suffix) for suffix in _SIBLINGS]
