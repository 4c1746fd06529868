"""`specc schema`: the spec language, the plan and manifests as JSON Schemas; the language as a page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER
from specc.exits import Exit
from specc.files import write_file
from specc.language import schema, schema_text
from specc.render.language import language_markdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@click.command("schema")
@click.option(
    "--of", "of", type=click.Choice(["spec", "plan", "manifest", "run", "clone"]), default="spec",
    show_default=True,
    help="Of spec files, of plan.json, of the manifest of a step, of a run, or of the summary of a clone.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["json", "markdown"]), default="json", show_default=True,
    help="For editors, or the page docs/language.md.",
)  # fmt: skip
@click.option("--out", type=FOLDER, help="Write to this file instead of the terminal.")
def command(*, of: str, form: str, out: Path | None) -> Exit:
    """Print the JSON Schema (2020-12) of a spec file or of what a run writes, or the language reference."""
    if of != "spec" and form == "markdown":
        raise click.UsageError(f"--format markdown is the page of the language; leave out --of {of}")
    text = language_markdown(schema()) if form == "markdown" else _TEXTS[of]()
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


def _manifest(*, of_run: bool) -> str:
    from specc.manifest_schema import manifest_schema_text  # noqa: PLC0415

    return manifest_schema_text(of_run=of_run)


def _clone() -> str:
    from specc.clone_schema import clone_schema_text  # noqa: PLC0415

    return clone_schema_text()


_TEXTS: dict[str, Callable[[], str]] = {
    "spec": schema_text,
    "plan": _plan,
    "manifest": partial(_manifest, of_run=False),
    "run": partial(_manifest, of_run=True),
    "clone": _clone,
}
