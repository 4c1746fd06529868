"""`specc schema`: the spec language and the plan as JSON Schemas, and the language as a page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.files import write_file
from specc.language import schema, schema_text
from specc.render.language import language_markdown

if TYPE_CHECKING:
    from pathlib import Path


@click.command("schema")
@click.option(
    "--of", "of", type=click.Choice(["spec", "plan"]), default="spec", show_default=True,
    help="Of spec files, or of plan.json.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["json", "markdown"]), default="json", show_default=True,
    help="For editors, or the page docs/language.md.",
)  # fmt: skip
@click.option("--out", type=FOLDER, help="Write to this file instead of the terminal.")
def command(*, of: str, form: str, out: Path | None) -> Exit:
    """Print the JSON Schema (2020-12) of a spec file or of a plan, or the language reference."""
    if of == "plan" and form == "markdown":
        raise click.UsageError("--format markdown is the page of the language; leave out --of plan")
    text = _plan() if of == "plan" else schema_text() if form == "json" else language_markdown(schema())
    if out is None:
        click.echo(text, nl=False)
    else:
        write_file(out, text.encode())
        click.echo(f"written to {out}")
    return Exit.OK


def _plan() -> str:
    # Imported when asked for: editors never ask.
    from specc.plan_schema import plan_schema_text  # noqa: PLC0415

    return plan_schema_text()
