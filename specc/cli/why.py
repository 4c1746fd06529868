"""`specc why`: why a step would run again, or why the store does not have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.plan.keys import RECIPE
from specc.cli.common import FOLDER, planned, sample_option, store_option
from specc.exits import Exit
from specc.nodes import node_named
from specc.places import places

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from specc.places import Places


@click.command("why")
@click.argument("node")
@click.argument("bundle", type=FOLDER)
@click.option(
    "--against",
    metavar="REF|FILE|RUN",
    help="Compare with the bundle at a git ref, a plan.json or a run's folder.  [default: with the store]",
)
@sample_option
@store_option
def command(*, node: str, bundle: Path, against: str | None, sample: float | None, store: str | None) -> Exit:
    """Show why NODE of the bundle in the folder BUNDLE would run again, down to what was edited.

    Without --against, what decides its results is compared with what it was when the store last got it.
    """
    plan = planned(bundle, sample)
    click.echo(
        _against(plan, node, bundle, against) if against else _in_store(plan, node, places(store, None))
    )
    return Exit.OK


def _against(plan: Plan, node: str, bundle: Path, against: str) -> str:
    from compiler.plan.diff import compare  # noqa: PLC0415 - either way needs what the other does not
    from specc.against import plan_against  # noqa: PLC0415
    from specc.render.why import why_differs  # noqa: PLC0415

    diff = compare(plan_against(against, bundle, plan.sample), plan)
    node = node_named(node, plan, (each.address for each in diff.nodes))
    found = next((each for each in plan.nodes if each.address == node), None)
    return why_differs(diff, found, node, against)


def _in_store(plan: Plan, node: str, where: Places) -> str:
    from specc.causes import absences  # noqa: PLC0415
    from specc.records import records_of  # noqa: PLC0415
    from specc.render.why import why_absent  # noqa: PLC0415
    from specc.standing import standings  # noqa: PLC0415
    from specc.stores import record_folders  # noqa: PLC0415

    node = node_named(node, plan, (each.address for each in plan.nodes))
    # A key document of another recipe has other fields, which cannot be compared one by one.
    kept = records_of(plan, record_folders(where), None)
    found = [record for record in kept if record.document.get("recipe") == RECIPE]
    known = standings(plan, found)
    return why_absent(node, known, absences(node, known, found))
