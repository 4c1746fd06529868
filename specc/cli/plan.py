"""`specc plan`: what a build would do, and what of it is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER, planned, sample_option
from specc.exits import Exit
from specc.files import write_file
from specc.places import places
from specc.prices import priced
from specc.render.plan import plan_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan


@click.command("plan")
@click.argument("bundle", type=FOLDER)
@click.option("--out", type=FOLDER, help="Also write the plan to this file, for review and for `specc run`.")
@sample_option
@click.option(
    "--against",
    metavar="REF|FILE|RUN",
    help="Show what differs from the bundle at a git ref, from a plan.json, or from a run's folder.",
)
@click.option(
    "--store", type=FOLDER, help="Prices are taken from it.  [default: $SPECC_STORE or .specc/store]"
)
@click.option(
    "--detailed-exitcode",
    "detailed",
    is_flag=True,
    help="With --against: end with 2 where something differs.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="For people, for machines, or (with --against) for the comment of a pull request.",
)  # fmt: skip
def command(
    *,
    bundle: Path,
    out: Path | None,
    sample: float | None,
    against: str | None,
    store: Path | None,
    detailed: bool,
    form: str,
) -> Exit:
    """Show the steps that building the bundle in the folder BUNDLE takes, without taking them."""
    if against is None and (detailed or form == "markdown"):
        option = "--detailed-exitcode" if detailed else "--format markdown"
        raise click.UsageError(f"{option} compares two plans; add --against REF, FILE or RUN")
    plan = planned(bundle, sample)
    # Compared before anything is written: `--out plan.json --against plan.json` means the plan that is there.
    store = places(store, None).store
    if against:
        end, shown = _difference(plan, bundle, against, store, form)
    else:
        end, shown = Exit.OK, _plan(plan, store, form)
    if out is not None:
        write_file(out, plan.to_json().encode())
    click.echo(shown)
    if out is not None and form == "text":
        click.echo(f"\nwritten to {out}; carry it out with `specc run {out}`")
    return end if detailed else Exit.OK


def _plan(plan: Plan, store: Path, form: str) -> str:
    # JSON is the plan itself, as `--out` writes it: the same on every machine, without prices of this one.
    return plan.to_json().rstrip("\n") if form == "json" else plan_text(priced(plan, store))


def _difference(plan: Plan, bundle: Path, against: str, store: Path, form: str) -> tuple[Exit, str]:
    # Imported when asked for: a plan that is compared with nothing needs none of it.
    from compiler.plan.diff import compare  # noqa: PLC0415
    from specc.against import plan_against, run_folder  # noqa: PLC0415
    from specc.render.difference import difference_text  # noqa: PLC0415
    from specc.render.markdown import difference_markdown  # noqa: PLC0415

    before = plan_against(against, bundle, plan.sample)
    diff = compare(*(priced(each, store, *run_folder(against)) for each in (before, plan)))
    end = Exit.OK if diff.empty else Exit.CHANGES
    if form == "json":
        return end, diff.to_json()
    return end, (difference_markdown if form == "markdown" else difference_text)(diff, against)
