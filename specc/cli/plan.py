"""`specc plan`: what a build would do, and what of it is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER, planned, sample_option, without_option
from specc.exits import Exit
from specc.files import write_file
from specc.places import places
from specc.prices import priced
from specc.render.plan import plan_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from compiler.plan.diff import PlanDiff


@click.command("plan")
@click.argument("bundle", type=FOLDER)
@click.option("--out", type=FOLDER, help="Also write the plan to this file, for review and for `specc run`.")
@sample_option
@without_option
@click.option(
    "--against",
    metavar="REF|FILE|RUN",
    help="Show what differs from the bundle at a git ref, from a plan.json, or from a run's folder.",
)
@click.option(
    "--store", metavar="STORE", help="Prices are taken from it.  [default: $SPECC_STORE or .specc/store]"
)
@click.option(
    "--detailed-exitcode",
    "detailed",
    is_flag=True,
    help="With --against: end with 2 where something differs.",
)
@click.option(
    "--summary", is_flag=True, help="With --against: only list the nodes, not what of them differs."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="For people, for machines, or (with --against) for the comment of a pull request.",
)  # fmt: skip
def command(  # noqa: PLR0913 - one an option
    *,
    bundle: Path,
    out: Path | None,
    sample: float | None,
    without: tuple[str, ...],
    against: str | None,
    store: str | None,
    detailed: bool,
    summary: bool,
    form: str,
) -> Exit:
    """Show the steps that building the bundle in the folder BUNDLE takes, without taking them."""
    _refuse(against, form, detailed=detailed, summary=summary)
    plan = planned(bundle, sample, without)
    # Compared before anything is written: `--out plan.json --against plan.json` means the plan that is there.
    folder = places(store, None).store
    if against:
        end, diff = _difference(plan, bundle, against, folder)
        shown = _shown(diff, against, form, details=not summary)
    else:
        end, shown = Exit.OK, _plan(plan, folder, form)
    if out is not None:
        write_file(out, plan.to_json().encode())
    click.echo(shown)
    _warn(plan)
    if out is not None and form == "text":
        click.echo(f"\nwritten to {out}; carry it out with `specc run {out}`")
    return end if detailed else Exit.OK


def _warn(plan: Plan) -> None:
    """Say what a run of the plan would refuse here: another machine may have it."""
    methods = {node.parameters["method"]["kind"] for node in plan.nodes if node.operation == "calibrate"}
    if methods <= {"dual", "ipf"}:
        return
    from specc.checks import missing_package  # noqa: PLC0415 - loads what knows of machines

    fault = missing_package(plan)
    if fault is not None:
        click.echo(f"\n{fault}", err=True)


def _plan(plan: Plan, store: Path, form: str) -> str:
    # JSON is the plan itself, as `--out` writes it: the same on every machine, without prices of this one.
    return plan.to_json().rstrip("\n") if form == "json" else plan_text(priced(plan, store))


def _refuse(against: str | None, form: str, *, detailed: bool, summary: bool) -> None:
    options = {"--detailed-exitcode": detailed, "--summary": summary, "--format markdown": form == "markdown"}
    asked = [option for option, is_given in options.items() if is_given]
    if against is None and asked:
        raise click.UsageError(f"{asked[0]} compares two plans; add --against REF, FILE or RUN")
    if summary and form == "json":
        raise click.UsageError("--format json is whole; leave out --summary")


def _difference(plan: Plan, bundle: Path, against: str, store: Path) -> tuple[Exit, PlanDiff]:
    # Imported when asked for: a plan that is compared with nothing needs none of it.
    from compiler.plan.diff import compare  # noqa: PLC0415
    from specc.against import plan_against, run_folder  # noqa: PLC0415

    before = plan_against(against, bundle, plan.sample, plan.without)
    diff = compare(*(priced(each, store, *run_folder(against)) for each in (before, plan)))
    return Exit.OK if diff.empty else Exit.CHANGES, diff


def _shown(diff: PlanDiff, against: str, form: str, *, details: bool) -> str:
    from specc.render.difference import difference_text  # noqa: PLC0415
    from specc.render.markdown import difference_markdown  # noqa: PLC0415

    if form == "json":
        return diff.to_json()
    if form == "markdown":
        return difference_markdown(diff, against, details=details)
    return difference_text(diff, against, details=details)
