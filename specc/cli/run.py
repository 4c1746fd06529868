"""`specc run`: from a bundle, or a plan that was reviewed, to published results."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runtime.manifest import Attempt
from runtime.numbering import counted_meanwhile
from runtime.running.processes import warm
from runtime.running.room import in_hand
from runtime.running.schedule import downstream, upstream
from specc.building import Manner, prepared, surroundings
from specc.checks import (
    asked_budget,
    budget_of,
    check_engine,
    check_libraries,
    check_memory,
    check_methods,
    check_sources,
)
from specc.cli.common import FOLDER, memory_option, planned, sample_option, store_option, without_option
from specc.clones import contradictions, summaries
from specc.clusters import cluster_at
from specc.exits import Exit
from specc.faults import CommandFault
from specc.foresight import Foreseen, foreseen
from specc.lineage_events import recorded
from specc.nodes import nodes_named
from specc.places import places
from specc.prices import priced
from specc.progress import listening
from specc.publish import publish, refuse_around, refuse_foreign
from specc.render.columns import count, duration, size
from specc.render.foresight import foresight_text
from specc.render.plan import plan_text
from specc.render.results import results_text
from specc.results import results
from specc.saved import saved_plan
from specc.specs import used_folders
from specc.stores import record_folders
from specc.told import told

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from compiler.plan import Plan
    from runtime.execute import Run
    from runtime.running.cluster import Cluster
    from runtime.store import Output
    from specc.places import Places


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be carried out: a plan, where it comes from, and what of it is built in any case."""

    plan: Plan
    bundle: Path
    where: Places
    anew: frozenset[str]
    memory: int | None
    events: Path | None
    scheduler: str | None

    @property
    def shown(self) -> Plan:
        """The plan with what its nodes took on this machine."""
        return priced(self.plan, self.where.store)


@click.command("run")
@click.argument("what", metavar="BUNDLE|PLAN.JSON", type=FOLDER)
@sample_option
@without_option
@click.option(
    "--out",
    type=FOLDER,
    help="Folder for the results.  [default: build/NAME, of a variant build/NAME-without-CLONE]",
)
@store_option
@click.option("--sources", type=FOLDER, help="Folder of files that stand in for the sources.")
@click.option("--from", "since", multiple=True, metavar="STEP", help="Build this step and all after it anew.")
@click.option("--only", multiple=True, metavar="STEP", help="End after this step, and publish nothing.")
@click.option("--dry-run", is_flag=True, help="Show what would be built and what reused, and build nothing.")
@memory_option
@click.option("--jobs", type=click.IntRange(1), help="Steps at a time.  [default: one a processor]")
@click.option("--in-process", is_flag=True, help="Carry steps out in this process, for a debugger.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Carry steps out on the Dask cluster there, tcp://HOST:PORT."
)
@click.option("--openlineage", "events", type=FOLDER, help="Write the run's OpenLineage events to this file.")
@click.option("--quiet", is_flag=True, help="Print the results only.")
def command(  # noqa: PLR0913 - one an option
    *,
    what: Path,
    sample: float | None,
    without: tuple[str, ...],
    out: Path | None,
    store: str | None,
    sources: Path | None,
    since: tuple[str, ...],
    only: tuple[str, ...],
    dry_run: bool,
    memory: int | None,
    jobs: int | None,
    in_process: bool,
    scheduler: str | None,
    events: Path | None,
    quiet: bool,
) -> Exit:
    """Build a bundle folder, or a plan.json that still says what its bundle does.

    What is in the store is reused. The results are published as a whole, or not at all. A STEP is a node of
    the plan, or all whose names begin so: `impute.wealth` is every block of it.
    """
    if in_process and scheduler is not None:
        raise click.UsageError(
            "--in-process and --scheduler are two places to carry steps out: give one of them"
        )
    where = places(store, sources)
    if not (dry_run or in_process or scheduler or where.store.is_dir()):
        warm()  # with an empty store processes will be needed: they load while the bundle is compiled
    plan, bundle = _planned(what, sample, without)
    wanted = _Wanted(_part(plan, only), bundle, where, _anew(plan, since), memory, events, scheduler)
    target = None if only else out or Path("build") / _folder(plan)
    if target is not None:
        refuse_foreign(target)
        refuse_around(target, [*where.needed(bundle), *used_folders(plan, bundle)])
    if dry_run:
        click.echo(foresight_text(_foreseen(wanted), wanted.shown))
        return Exit.OK
    _build(wanted, target, 0 if in_process else jobs, quiet=quiet)
    return Exit.OK


def _folder(plan: Plan) -> str:
    """Return what the folder is called: a variant never takes the place of the whole dataset."""
    return "-without-".join([plan.bundle, *(name.partition(".")[2] for name in plan.without)])


def _planned(what: Path, sample: float | None, without: tuple[str, ...]) -> tuple[Plan, Path]:
    if what.is_dir():
        return planned(what, sample, without), what
    if not what.is_file():
        remedy = "name the folder of a bundle, such as specs/us_open, or a plan.json"
        raise CommandFault(Exit.USAGE, f"there is no {what}", remedy=remedy)
    given = {"--sample": sample is not None, "--without": bool(without)}
    for option in (name for name, is_given in given.items() if is_given):
        raise click.UsageError(f"a plan says that already: give {option} to `specc plan`")
    return saved_plan(what)


def _part(plan: Plan, only: tuple[str, ...]) -> Plan:
    """Return the plan, or of it what some steps need, themselves included."""
    if not only:
        return plan
    kept = upstream(plan.nodes, nodes_named(only, plan))
    return replace(plan, nodes=tuple(node for node in plan.nodes if node.address in kept))


def _anew(plan: Plan, since: tuple[str, ...]) -> frozenset[str]:
    return downstream(plan.nodes, nodes_named(since, plan)) if since else frozenset()


def _foreseen(wanted: _Wanted) -> list[Foreseen]:
    where = surroundings(wanted.plan, wanted.bundle, wanted.where)
    with told(note=None):
        return foreseen(wanted.shown, record_folders(wanted.where), where, wanted.anew)


def _build(wanted: _Wanted, target: Path | None, jobs: int | None, *, quiet: bool) -> None:
    check_libraries()
    plan, shown = wanted.plan, wanted.shown
    needs = {node.address: in_hand(node.estimate) for node in shown.nodes}
    with ExitStack() as in_use:
        cluster = _cluster(wanted, jobs, in_use)
        budget = budget_of(plan, wanted.memory) if cluster is None else cluster.largest
        _check(wanted, shown, budget)
        if not quiet:
            click.echo(f"{plan_text(replace(shown, memory=budget))}\n", err=True)
        manner = Manner(budget if cluster is None else cluster.memory, needs, jobs, wanted.anew, cluster)
        begun = datetime.now(UTC)
        with told(mismatch=Exit.STALE), listening(shown, quiet=quiet) as listener:
            run = prepared(plan, wanted.bundle, wanted.where, listener, manner)
            in_use.enter_context(run.store.in_use())  # until all is published, nothing of it may go
            with recorded(run, begun, wanted.events), _counting(run, target):
                run.execute()
        if target is None:
            click.echo(f"\n{_ending(run, begun)}; nothing is published with --only")
        else:
            _finish(run, begun, target, quiet=quiet)


def _counting(run: Run, target: Path | None) -> AbstractContextManager[None]:
    return nullcontext() if target is None else counted_meanwhile(run)


def _cluster(wanted: _Wanted, jobs: int | None, in_use: ExitStack) -> Cluster | None:
    if wanted.scheduler is None:
        return None
    budget = asked_budget(wanted.plan, wanted.memory)
    cluster = cluster_at(wanted.scheduler, wanted.where.location, budget, jobs)
    in_use.callback(cluster.end)
    return cluster


def _check(wanted: _Wanted, shown: Plan, budget: int) -> None:
    """Refuse a plan that cannot be carried out within the budget, with this engine or with these files."""
    try:
        check_memory(wanted.plan, shown, budget)
    except CommandFault:
        # What is in the store needs no memory: asked only where it matters, because it takes a look at it.
        found = {each.node.address for each in _foreseen(wanted) if each.action == "reuse"}
        check_memory(wanted.plan, shown, budget, found)
    check_engine(wanted.plan)
    check_methods(wanted.plan)
    with told(note=None):
        check_sources(wanted.plan, surroundings(wanted.plan, wanted.bundle, wanted.where))


def _finish(run: Run, begun: datetime, target: Path, *, quiet: bool) -> None:
    found = results(run.plan, run.done)
    text = results_text(found)
    click.echo(f"\n{text}" if text and not quiet else text)
    ended = datetime.now(UTC)
    attempt = Attempt(run.invocation, begun.isoformat(), ended.isoformat(), (ended - begun).total_seconds())
    with told():
        outputs = publish(run, found, attempt, target)
    for clone, problem in contradictions(summaries(target, run.plan)):
        click.echo(f"warning: clone {clone}: {problem}")
    click.echo(f"\n{_published(outputs, target)} ({_ending(run, begun)})")


def _published(outputs: list[Output], target: Path) -> str:
    files = f"{count(len(outputs), 'file')} of {size(sum(output.size for output in outputs))}"
    return f"published {files} to {target}"


def _ending(run: Run, begun: datetime) -> str:
    reused = sum(done.action == "reused" for done in run.done.values())
    seconds = (datetime.now(UTC) - begun).total_seconds()
    return f"{count(len(run.done), 'node')}, {reused} reused, in {duration(seconds)}"
