"""`specc run`: from a bundle, or a plan that was reviewed, to published results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runtime.manifest import Attempt
from specc.building import prepared
from specc.checks import check
from specc.cli.common import FOLDER, planned, sample_option
from specc.exits import Exit
from specc.faults import CommandFault
from specc.places import places
from specc.prices import priced
from specc.progress import listening
from specc.publish import publish, refuse_around, refuse_foreign
from specc.render.columns import count, duration, size
from specc.render.plan import plan_text
from specc.render.results import results_text
from specc.results import results
from specc.saved import saved_plan
from specc.specs import used_folders
from specc.told import told

if TYPE_CHECKING:
    from compiler.plan import Plan
    from runtime.execute import Run
    from runtime.store import Output


@click.command("run")
@click.argument("what", metavar="BUNDLE|PLAN.JSON", type=FOLDER)
@sample_option
@click.option("--out", type=FOLDER, help="Folder for the results.  [default: build/NAME]")
@click.option("--store", type=FOLDER, help="Folder of the store.  [default: $SPECC_STORE or .specc/store]")
@click.option("--sources", type=FOLDER, help="Folder of files that stand in for the sources.")
@click.option("--quiet", is_flag=True, help="Print the results only.")
def command(
    *,
    what: Path,
    sample: float | None,
    out: Path | None,
    store: Path | None,
    sources: Path | None,
    quiet: bool,
) -> Exit:
    """Build a bundle folder, or a plan.json that still says what its bundle does.

    What is in the store is reused. The results are published as a whole, or not at all.
    """
    plan, bundle = _planned(what, sample)
    target = out or Path("build") / plan.bundle
    where = places(store, sources)
    refuse_foreign(target)
    refuse_around(target, [*where.needed(bundle), *used_folders(plan, bundle)])
    check(plan)
    shown = priced(plan, where.store)
    if not quiet:
        click.echo(f"{plan_text(shown)}\n", err=True)
    begun = datetime.now(UTC)
    with told(), listening(shown, quiet=quiet) as listener:
        run = prepared(plan, bundle, where, listener)
        run.execute()
    _finish(run, begun, target, quiet=quiet)
    return Exit.OK


def _planned(what: Path, sample: float | None) -> tuple[Plan, Path]:
    if what.is_dir():
        return planned(what, sample), what
    if not what.is_file():
        remedy = "name the folder of a bundle, such as specs/us_open, or a plan.json"
        raise CommandFault(Exit.USAGE, f"there is no {what}", remedy=remedy)
    if sample is not None:
        raise click.UsageError("a plan has its sample already: give --sample to `specc plan`")
    return saved_plan(what)


def _finish(run: Run, begun: datetime, target: Path, *, quiet: bool) -> None:
    found = results(run.plan, run.done)
    text = results_text(found)
    click.echo(f"\n{text}" if text and not quiet else text)
    ended = datetime.now(UTC)
    seconds = (ended - begun).total_seconds()
    attempt = Attempt(run.invocation, begun.isoformat(), ended.isoformat(), seconds)
    with told():
        outputs = publish(run, found, attempt, target)
    click.echo(f"\n{_closing(run, outputs, target, seconds)}")


def _closing(run: Run, outputs: list[Output], target: Path, seconds: float) -> str:
    reused = sum(done.action == "reused" for done in run.done.values())
    files = f"{count(len(outputs), 'file')} of {size(sum(output.size for output in outputs))}"
    nodes = f"{count(len(run.done), 'node')}, {reused} reused, in {duration(seconds)}"
    return f"published {files} to {target} ({nodes})"
