"""`specc breaking`: what readers of the published files would trip over, and whether the bundle means it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from compiler.plan.acceptance import judge
from compiler.plan.breaking import compare_surfaces
from compiler.plan.surface import METADATA
from specc.against import plan_against
from specc.cli.common import FOLDER, form_option, planned
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.breaking import breaking_markdown, breaking_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date:
    if text is None:
        # The one place where a command asks what day it is.
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"`{text}` is no day; write one such as 2027-06-30") from error


@click.command("breaking")
@click.argument("bundle", type=FOLDER)
@click.option(
    "--against",
    metavar="REF|FILE|RUN",
    required=True,
    help="What readers have now: the bundle at a git ref, a plan.json, or a run's folder.",
)
@click.option(
    "--today", callback=_day, metavar="DAY", help="The day to judge acceptances by.  [default: now]"
)
@form_option
def command(*, bundle: Path, against: str, today: date, form: str) -> Exit:
    """Compare the output surface of the bundle in the folder BUNDLE with what it was.

    A break is a variable that leaves a file or changes entity, type, unit, period or enum values; a file that
    goes or is renamed; other rows; another engine or period. What is only added breaks nobody. A break that
    is meant is written under `breaks:`, with a reason. Ends with 1 where one is not, or where an acceptance
    is no longer needed.
    """
    plan = planned(bundle, None)
    before = plan_against(against, bundle, None)
    _refuse_without_surface(before, against)
    verdict = judge(plan, compare_surfaces(before, plan), today)
    if form == "json":
        click.echo(verdict.to_json())
    else:
        click.echo((breaking_markdown if form == "markdown" else breaking_text)(verdict, against))
    return Exit.OK if verdict.passes else Exit.FINDINGS


def _refuse_without_surface(before: Plan, against: str) -> None:
    if METADATA not in before.metadata:
        message = f"the plan of {against} does not say what its exports hold: an older specc wrote it"
        remedy = "compare with a git ref, or write the plan again with `specc plan BUNDLE --out plan.json`"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)
