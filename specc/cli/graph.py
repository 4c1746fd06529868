"""`specc graph`: which step reads which, as a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.plan.graph import dot, mermaid
from specc.cli.common import FOLDER, planned
from specc.exits import Exit

if TYPE_CHECKING:
    from pathlib import Path


@click.command("graph")
@click.argument("bundle", type=FOLDER)
@click.option(
    "--format", "form", type=click.Choice(["mermaid", "dot"]), default="mermaid", show_default=True,
    help="For Markdown, or for Graphviz.",
)  # fmt: skip
def command(*, bundle: Path, form: str) -> Exit:
    """Draw the plan of the bundle in the folder BUNDLE: an arrow goes from what is read to who reads it."""
    plan = planned(bundle, None)
    click.echo({"mermaid": mermaid, "dot": dot}[form](plan))
    return Exit.OK
