"""`specc schema`: the spec language as a JSON Schema, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.files import write_file
from specc.language import schema_text

if TYPE_CHECKING:
    from pathlib import Path


@click.command("schema")
@click.option("--out", type=FOLDER, help="Write to this file instead of the terminal.")
def command(*, out: Path | None) -> Exit:
    """Print the JSON Schema (2020-12) of a spec file."""
    if out is None:
        click.echo(schema_text(), nl=False)
    else:
        write_file(out, schema_text().encode())
        click.echo(f"written to {out}")
    return Exit.OK
