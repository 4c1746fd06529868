"""`specc plan`: what a build would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER, planned, sample_option
from specc.exits import Exit
from specc.files import write_file
from specc.render.plan import plan_text

if TYPE_CHECKING:
    from pathlib import Path


@click.command("plan")
@click.argument("bundle", type=FOLDER)
@click.option("--out", type=FOLDER, help="Also write the plan to this file, for review and for `specc run`.")
@sample_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or the plan itself.",
)  # fmt: skip
def command(*, bundle: Path, out: Path | None, sample: float | None, form: str) -> Exit:
    """Show the steps that building the bundle in the folder BUNDLE takes, without taking them."""
    plan = planned(bundle, sample)
    text = plan.to_json()
    if out is not None:
        write_file(out, text.encode())
    click.echo(text.rstrip("\n") if form == "json" else plan_text(plan))
    if out is not None and form == "text":
        click.echo(f"\nwritten to {out}; carry it out with `specc run {out}`")
    return Exit.OK
