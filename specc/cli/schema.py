"""`specc schema`: the spec language, as a JSON Schema for editors and as a page for people."""

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
    "--format", "form", type=click.Choice(["json", "markdown"]), default="json", show_default=True,
    help="For editors, or the page docs/language.md.",
)  # fmt: skip
@click.option("--out", type=FOLDER, help="Write to this file instead of the terminal.")
def command(*, form: str, out: Path | None) -> Exit:
    """Print the JSON Schema (2020-12) of a spec file, or the language reference made from it."""
    text = schema_text() if form == "json" else language_markdown(schema())
    if out is None:
        click.echo(text, nl=False)
    else:
        write_file(out, text.encode())
        click.echo(f"written to {out}")
    return Exit.OK
